"""The list of cases and what they share: a broker process, topics, clients, and waiting with a deadline."""

import itertools
import os
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from confluent_kafka import Consumer, KafkaError, Producer
from confluent_kafka.admin import AdminClient, NewTopic

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = []


class Failure(Exception):
    """A case did not hold."""


def case(name, own_broker=False):
    """Registers a case. With own_broker it is left out when the suite is pointed at a broker it did not start."""

    def register(body):
        CASES.append((name, own_broker, body))
        return body

    return register


def check(condition, message):
    if not condition:
        raise Failure(message)


def equal(found, expected, what):
    if found != expected:
        raise Failure(f"{what}: found {found!r}, expected {expected!r}")


def wait_until(condition, seconds, what, pause=0.02):
    """The first true value of condition, asked for until the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failure(f"not within {seconds} s: {what}")
        time.sleep(pause)


def free_port():
    """A free port below the range that outgoing connections take theirs from."""
    for port in range(21000 + os.getpid() % 5000, 32000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise Failure("no free port")


class Broker:
    """A local-broker process on a folder of its own."""

    def __init__(self, program, folder=None, options=(), file_limit=None, environment=None):
        self.program = program
        self.own_folder = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="local-broker-"))
        self.options = list(options)
        self.file_limit = file_limit
        self.environment = environment or {}
        self.port = free_port()
        self.log = open(self.folder.parent / f"{self.folder.name}.log", "ab")
        self.process = None
        self.start()

    @property
    def bootstrap(self):
        return f"127.0.0.1:{self.port}"

    @property
    def log_text(self):
        return pathlib.Path(self.log.name).read_text()

    def start(self):
        def limit():
            if self.file_limit:
                resource.setrlimit(resource.RLIMIT_FSIZE, (self.file_limit, self.file_limit))

        self.process = subprocess.Popen(
            [self.program, "--data", str(self.folder), "--listen", self.bootstrap, *self.options],
            stderr=self.log,
            preexec_fn=limit,
            env=os.environ | self.environment,
        )
        wait_until(self.answers, 15, f"the broker to answer on {self.bootstrap}")

    def answers(self):
        if self.process.poll() is not None:
            raise Failure(f"the broker ended with {self.process.returncode}: {self.log_text[-500:]}")
        with socket.socket() as probe:
            probe.settimeout(0.2)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    @property
    def alive(self):
        return self.process.poll() is None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """A clean stop; returns the exit code."""
        if self.alive:
            self.process.terminate()
        return self.process.wait(10)

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def status(self, key):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1])
        raise Failure(f"no {key}")

    def open_files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def segments(self, topic, partition=0):
        return sorted((self.folder / "topics" / topic / str(partition)).glob("*.log"))

    def discard(self):
        if self.alive:
            self.kill()
        self.log.close()
        if self.own_folder:
            os.unlink(self.log.name)
            shutil.rmtree(self.folder, ignore_errors=True)


class Context:
    """What a case is given."""

    numbers = itertools.count(1)

    def __init__(self, bootstrap, broker, program, full):
        self.bootstrap = bootstrap
        self.broker = broker
        self.program = program
        self.full = full
        self.admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})

    def on(self, broker):
        return Context(broker.bootstrap, broker, self.program, self.full)

    def own(self, **options):
        return Broker(self.program, **options)

    def name(self, prefix="t"):
        return f"{prefix}-{os.getpid()}-{next(self.numbers)}"

    def topic(self, partitions=1, **settings):
        name = self.name()
        config = {key.replace("_", "."): str(value) for key, value in settings.items()}
        self.admin.create_topics([NewTopic(name, partitions, 1, config=config)])[name].result(10)
        return name

    def producer(self, **settings):
        base = {"bootstrap.servers": self.bootstrap, "linger.ms": 2, "log_level": 0}
        return Producer(base | dotted(settings))

    def consumer(self, group=None, **settings):
        base = {
            "bootstrap.servers": self.bootstrap,
            "group.id": group or self.name("g"),
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "log_level": 0,
        }
        return Consumer(base | dotted(settings))

    def produce(self, topic, values, partition=0, **settings):
        """Produces and waits; returns the offsets."""
        producer = self.producer(**settings)
        offsets, errors = [], []

        def delivered(error, message):
            errors.append(error) if error else offsets.append(message.offset())

        for value in values:
            while True:
                try:
                    producer.produce(topic, value, partition=partition, on_delivery=delivered)
                    break
                except BufferError:
                    producer.poll(0.1)
            producer.poll(0)
        check(producer.flush(30) == 0, "not all was delivered")
        check(not errors, f"delivery failed: {errors[:1]}")
        return offsets

    def read(self, topic, partition=0, seconds=15, **settings):
        """All messages of a partition, up to its end as it was when asked."""
        from confluent_kafka import TopicPartition

        consumer = self.consumer(**settings)
        try:
            low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=10)
            consumer.assign([TopicPartition(topic, partition, low)])
            messages, deadline = [], time.monotonic() + seconds
            while high > low and not (messages and messages[-1].offset() >= high - 1):
                check(time.monotonic() < deadline, f"read {len(messages)} of {low}..{high} in {seconds} s")
                for message in consumer.consume(1000, 0.2):
                    check(not message.error(), f"fetch: {message.error()}")
                    messages.append(message)
            return messages
        finally:
            consumer.close()


def dotted(settings):
    return {key.replace("_", "."): value for key, value in settings.items()}


def refused(future, code, seconds=10):
    """Whether an admin request fails, and with that code."""
    from confluent_kafka import KafkaException

    try:
        future.result(seconds)
    except KafkaException as error:
        equal(error.args[0].code(), code, "error code")
        return True
    raise Failure(f"was not refused with {KafkaError(code).str()}")
