"""What is left after the worst: kill -9, torn files, a full disk."""

import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import threading
import time

from confluent_kafka import KafkaError, KafkaException, TopicPartition

from suite import ROOT, Failure, case, check, equal, wait_until

PARTITIONS = 3


class Load:
    """An idempotent producer that never stops, and a consumer that commits; both note what was acknowledged."""

    def __init__(self, context, topic, group):
        self.topic, self.group = topic, group
        self.acknowledged = [{} for _ in range(PARTITIONS)]
        self.errors, self.committed, self.running, self.left = [], -1, True, 0
        self.producer = context.producer(
            enable_idempotence=True, linger_ms=1, reconnect_backoff_ms=20, reconnect_backoff_max_ms=100,
            message_timeout_ms=60000, retry_backoff_ms=50, compression_type=random.choice(["none", "lz4"]),
        )
        self.consumer = context.consumer(
            group, reconnect_backoff_ms=20, reconnect_backoff_max_ms=100, socket_timeout_ms=2000
        )
        self.threads = [threading.Thread(target=body, daemon=True) for body in (self.produce, self.commit)]
        for thread in self.threads:
            thread.start()

    def delivered(self, error, message):
        if error:
            self.errors.append(error)
        else:
            self.acknowledged[message.partition()][int(message.value().split()[0])] = message.offset()

    def produce(self):
        number = 0
        while self.running:
            for partition in range(PARTITIONS):
                body = str(number).encode() + b" " + b"x" * (number * 37 % 900)
                try:
                    self.producer.produce(self.topic, body, partition=partition, on_delivery=self.delivered)
                except BufferError:
                    self.producer.poll(0.05)
                    continue
                except KafkaException as error:  # fatal: the broker contradicted itself
                    self.errors.append(error)
                    return
            number += 1
            self.producer.poll(0)
            if number % 20 == 0:
                time.sleep(0.002)
        self.left = self.producer.flush(45)

    def commit(self):
        offset = 0
        while self.running:
            offset += 1
            try:
                self.consumer.commit(offsets=[TopicPartition(self.topic, 0, offset)], asynchronous=False)
                self.committed = offset
            except KafkaException:
                time.sleep(0.02)

    def finish(self):
        self.running = False
        for thread in self.threads:
            thread.join()
        check(self.left == 0, f"{self.left} messages were never delivered")
        check(not self.errors, f"delivery failed: {self.errors[:1]}")


def verify(context, load, topic):
    total = 0
    for partition in range(PARTITIONS):
        messages = context.read(topic, partition, seconds=40)
        found = {}
        last = -1
        for message in messages:
            number = int(message.value().split()[0])
            check(number > last, f"partition {partition}: {number} after {last}: order or idempotence is gone")
            found[number], last = message.offset(), number
        for number, offset in load.acknowledged[partition].items():
            equal(found.get(number), offset, f"partition {partition}: offset of acknowledged {number}")
        total += len(messages)
    consumer = context.consumer(load.group)
    stored = consumer.committed([TopicPartition(topic, 0)], timeout=10)[0].offset
    check(stored >= load.committed, f"offset {load.committed} was acknowledged, {stored} is stored")
    consumer.close()
    return total


@case("kill -9 of the broker under load: nothing acknowledged is lost, order and idempotence hold", own_broker=True)
def killed(context):
    runs = 50 if context.full else 5
    broker, total = context.own(), 0
    mine = context.on(broker)
    try:
        for batch in range(0, runs, 5):
            topic = mine.topic(PARTITIONS, segment_bytes=random.choice([100_000, 67_108_864]))
            load = Load(mine, topic, mine.name("g"))
            for _ in range(min(5, runs - batch)):
                time.sleep(random.uniform(0.2, 0.8))
                broker.kill()
                broker.start()
            time.sleep(0.3)
            load.finish()
            total += verify(mine, load, topic)
            equal(broker.stop(), 0, "exit code after SIGTERM")
            broker.start()
            verify(mine, load, topic)
        return f"{runs} kills, {total} messages, all there"
    finally:
        broker.discard()


class Power:
    """Knows what of a broker's logs was on the disk for sure, and cuts the power."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="local-broker-power-"))
        self.notes = self.folder / "notes"
        compiler = shutil.which("cc") or shutil.which("clang")
        check(compiler, "no C compiler")
        library = self.folder / "powercut.so"
        source = ROOT / "Tests/LocalBroker/powercut.c"
        subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
        self.environment = {"LD_PRELOAD": str(library), "POWERCUT_NOTES": str(self.notes)}
        self.safe = {}

    def cut(self, broker):
        """Kills the broker and leaves an arbitrary part of what it had not synced. Returns how many bytes went."""
        broker.kill()
        noted = {}
        if self.notes.exists():
            for line in self.notes.read_text().splitlines():
                size, path = line.split(" ", 1)
                noted[path] = max(noted.get(path, 0), int(size))
            self.notes.unlink()
        lost = 0
        for path in map(str, broker.folder.rglob("*.log")):
            size = os.path.getsize(path)
            safe = min(size, noted.get(path, self.safe.get(path, 0)))
            left = safe + random.choice([0, 1, random.randint(0, size - safe), size - safe])
            left = min(left, size)
            os.truncate(path, left)
            if left > safe and random.random() < 0.5:
                with open(path, "r+b") as file:
                    place = random.randint(safe, left - 1)
                    file.seek(place)
                    file.write(bytes(min(4096, left - place)))
            self.safe[path] = left
            lost += size - left
        for path in [*broker.folder.rglob("*.producers"), *broker.folder.rglob("*.index")]:
            if random.random() < 0.3:
                os.truncate(path, random.randint(0, os.path.getsize(path)))
        return lost

    def discard(self):
        shutil.rmtree(self.folder, ignore_errors=True)


@case("a power cut under load: nothing acknowledged is lost, order and idempotence hold", own_broker=True)
def power_cut(context):
    runs, total, lost = 20 if context.full else 5, 0, 0
    for journal in (65536, 1 << 24):
        power = Power()
        broker = context.own(environment=power.environment, options=["--journal-bytes", str(journal)])
        mine = context.on(broker)
        try:
            topic = mine.topic(PARTITIONS, segment_bytes=random.choice([100_000, 67_108_864]))
            load = Load(mine, topic, mine.name("g"))
            for _ in range(runs):
                time.sleep(random.uniform(0.2, 0.8))
                lost += power.cut(broker)
                broker.start()
            time.sleep(0.3)
            load.finish()
            total += verify(mine, load, topic)
            check("LB0007" not in broker.log_text, "a gap: " + broker.log_text[-500:])
            equal(broker.stop(), 0, "exit code after SIGTERM")
            equal(power.cut(broker), 0, "bytes that a clean stop left to lose")
            broker.start()
            verify(mine, load, topic)
        finally:
            broker.discard()
            power.discard()
    check(lost > 0, "nothing was ever cut")
    return f"{2 * runs} cuts of {lost >> 10} KiB, {total} messages, all there"


@case("SIGTERM under load: a clean stop, nothing lost", own_broker=True)
def stopped(context):
    broker = context.own()
    mine = context.on(broker)
    try:
        topic = mine.topic(PARTITIONS)
        load = Load(mine, topic, mine.name("g"))
        for _ in range(3):
            time.sleep(0.4)
            equal(broker.stop(), 0, "exit code")
            broker.start()
        time.sleep(0.3)
        load.finish()
        verify(mine, load, topic)
    finally:
        broker.discard()


def tear(path, how):
    size = os.path.getsize(path)
    if how == "cut":
        os.truncate(path, size - random.randint(1, 40))
    elif how == "flip":
        with open(path, "r+b") as file:
            place = size - random.randint(1, 40)
            file.seek(place)
            byte = file.read(1)[0]
            file.seek(place)
            file.write(bytes([byte ^ 0x55]))
    elif how == "garbage":
        with open(path, "ab") as file:
            file.write(random.randbytes(500))
    elif how == "zeros":
        with open(path, "ab") as file:
            file.write(bytes(8192))
    elif how == "half":
        with open(path, "rb") as file:
            file.seek(size - 80)
            tail = file.read()
        with open(path, "ab") as file:
            file.write(tail[:70])


@case("a torn tail is cut, and nothing before it", own_broker=True)
def torn(context):
    broker = context.own(options=["--journal-bytes", "0"])
    tear_all(context, broker, (("cut", 1), ("flip", 1), ("garbage", 0), ("zeros", 0), ("half", 0)))


@case("what is torn off a log is in the journal", own_broker=True)
def mended(context):
    tear_all(context, context.own(), ((how, 0) for how in ("cut", "flip", "garbage", "zeros", "half")))


def tear_all(context, broker, ways):
    mine = context.on(broker)
    try:
        for how, lost in ways:
            topic = mine.topic(segment_bytes=20_000)
            mine.produce(topic, [b"%d %s" % (i, b"y" * 300) for i in range(200)], batch_num_messages=1)
            count = len(mine.read(topic))
            broker.kill()
            files = broker.segments(topic)
            check(len(files) > 2, f"only {len(files)} segments")
            tear(files[-1], how)
            broker.start()
            messages = mine.read(topic)
            equal(len(messages), count - lost, f"{how}: messages left")
            equal([m.offset() for m in messages], list(range(count - lost)), f"{how}: offsets")
            equal(mine.produce(topic, [b"next"]), [count - lost], f"{how}: next offset")
            equal(mine.read(topic)[-1].value(), b"next", f"{how}: written after")
        with open(broker.folder / "offsets.log", "ab") as file:
            broker.kill()
            file.write(random.randbytes(33))
        broker.start()
        check("torn bytes" in broker.log_text, "the broker did not say what it cut")
    finally:
        broker.discard()


def full_folder():
    """A small file system, or None if this user may not mount one."""
    folder = tempfile.mkdtemp(prefix="local-broker-full-")
    if os.geteuid() == 0:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], capture_output=True)
        if mounted.returncode == 0:
            return folder
    os.rmdir(folder)
    return None


@case("a full disk is an error to the producer, and passes", own_broker=True)
def full(context):
    folder = full_folder()
    broker = context.own(folder=folder) if folder else context.own(file_limit=3 << 20)
    mine = context.on(broker)
    try:
        filler, topic = mine.topic(), mine.topic()
        mine.produce(topic, [b"before"])
        outcomes = []
        producer = mine.producer(retries=0, linger_ms=0)
        for _ in range(12):
            producer.produce(filler, os.urandom(900_000), on_delivery=lambda error, _: outcomes.append(error))
            producer.flush(10)
        taken = sum(1 for error in outcomes if not error)
        refusals = {error.code() for error in outcomes if error}
        check(taken >= 2 and refusals == {KafkaError.KAFKA_STORAGE_ERROR}, f"{taken} taken, refusals {refusals}")
        check(broker.alive, "the broker died")
        equal(len(mine.read(filler)), taken, "messages that were taken")
        mine.admin.delete_topics([filler])[filler].result(10)

        def works():
            try:
                return mine.produce(topic, [b"after"], retries=0)
            except Failure:
                return False

        wait_until(works, 15, "room to be found again")
        broker.kill()
        broker.start()
        equal([m.value() for m in mine.read(topic)], [b"before", b"after"], "after all")
        return "on a small tmpfs" if folder else "by RLIMIT_FSIZE"
    finally:
        broker.discard()
        if folder:
            os.unlink(f"{folder}.log")
            subprocess.run(["umount", folder], capture_output=True)
            os.rmdir(folder)
