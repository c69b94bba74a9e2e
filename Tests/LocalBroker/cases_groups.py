"""Consumer groups that come and go."""

import concurrent.futures
import json
import pathlib
import subprocess
import sys
import threading
import time

from confluent_kafka import KafkaException, TopicPartition

from suite import case, check, equal, wait_until

WORKER = pathlib.Path(__file__).with_name("worker.py")
PARTITIONS = 6


class Worker:
    """A consumer process and what it said."""

    def __init__(self, context, topic, group, strategy, **settings):
        base = {
            "bootstrap.servers": context.bootstrap,
            "group.id": group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "partition.assignment.strategy": strategy,
            "session.timeout.ms": 6000 if not context.broker else 2500,
            "heartbeat.interval.ms": 300,
            "log_level": 0,
        }
        self.held, self.values, self.errors = [], [], []
        self.process = subprocess.Popen(
            [sys.executable, str(WORKER), json.dumps(base | settings), topic], stdout=subprocess.PIPE, text=True
        )
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            said = json.loads(line)
            self.held = said.get("held", self.held)
            self.values += said.get("values", [])
            self.errors += [said["error"]] if "error" in said else []

    def leave(self):
        self.process.terminate()
        self.process.wait(15)
        self.held = []

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.held = []


def settled(workers):
    """Whether the workers hold all partitions, each one once, and none has nothing."""
    everything = sorted(p for worker in workers for p in worker.held)
    return everything == list(range(PARTITIONS)) and all(worker.held for worker in workers)


class Feed:
    """Keeps producing numbers until it is closed."""

    def __init__(self, context, topic):
        self.context, self.topic = context, topic
        self.count, self.running = 0, True
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        producer = self.context.producer()
        while self.running:
            producer.produce(self.topic, str(self.count).encode(), partition=self.count % PARTITIONS)
            self.count += 1
            producer.poll(0)
            time.sleep(0.005)
        producer.flush(10)

    def close(self):
        self.running = False
        self.thread.join()


def churn(context, strategy):
    topic, group = context.topic(PARTITIONS), context.name("g")
    feed, workers, past = Feed(context, topic), [], []
    try:
        def join():
            workers.append(Worker(context, topic, group, strategy))

        join()
        join()
        wait_until(lambda: settled(workers), 20, f"{strategy}: two members to share: {[w.held for w in workers]}")
        join()
        wait_until(lambda: settled(workers), 20, f"{strategy}: a third member to get its part")
        workers[0].leave()
        past.append(workers.pop(0))
        wait_until(lambda: settled(workers), 20, f"{strategy}: the rest to take over from one that left")
        killed = time.monotonic()
        workers[0].kill()
        past.append(workers.pop(0))
        wait_until(lambda: settled(workers), 25, f"{strategy}: the last to take over from one that was killed")
        took = time.monotonic() - killed
        join()
        wait_until(lambda: settled(workers), 20, f"{strategy}: a late member to get its part")
        feed.close()
        everybody = past + workers

        def missing():
            return set(range(feed.count)) - {v for worker in everybody for v in worker.values}

        wait_until(lambda: not missing(), 20, f"{strategy}: all messages to be consumed", pause=0.1)
        check(not any(w.errors for w in everybody), f"{[w.errors for w in everybody]}")
        return took
    finally:
        feed.running = False
        for worker in workers:
            worker.kill()


def repeat(context, strategy):
    times = 20 if context.full else 2
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        took = list(pool.map(lambda _: churn(context, strategy), range(times)))
    return f"{times} runs, a killed member replaced in {min(took):.1f} to {max(took):.1f} s"


@case("group churn with range: join, leave, kill -9")
def churn_range(context):
    return repeat(context, "range")


@case("group churn with cooperative-sticky: join, leave, kill -9")
def churn_cooperative(context):
    return repeat(context, "cooperative-sticky")


@case("a group goes on after the broker was killed", own_broker=True)
def survives(context):
    broker = context.own()
    mine = context.on(broker)
    topic, group = mine.topic(PARTITIONS), mine.name("g")
    feed = Feed(mine, topic)
    workers = [Worker(mine, topic, group, strategy) for strategy in ("range", "range")]
    try:
        for _ in range(3 if mine.full else 1):
            wait_until(lambda: settled(workers), 30, "two members to share")
            wait_until(lambda: all(worker.values for worker in workers), 20, "both to consume")
            time.sleep(0.5)
            broker.kill()
            broker.start()
        feed.close()
        wait_until(
            lambda: set(range(feed.count)) <= {v for worker in workers for v in worker.values}, 30,
            "all messages to be consumed", pause=0.1,
        )
        wait_until(lambda: settled(workers), 30, "two members to share again")
    finally:
        feed.running = False
        for worker in workers:
            worker.kill()
        broker.discard()


@case("roundrobin over three members")
def roundrobin(context):
    topic, group = context.topic(PARTITIONS), context.name("g")
    workers = [Worker(context, topic, group, "roundrobin") for _ in range(3)]
    try:
        wait_until(lambda: settled(workers), 20, "three members to share")
        equal(sorted(len(w.held) for w in workers), [2, 2, 2], "shares")
    finally:
        for worker in workers:
            worker.leave()


@case("a static member that comes back keeps its partitions, without a rebalance")
def static(context):
    topic, group = context.topic(PARTITIONS), context.name("g")
    patience = {"session.timeout.ms": 20000}
    names = ["one", "two"]
    workers = [Worker(context, topic, group, "range", **{"group.instance.id": n}, **patience) for n in names]
    try:
        wait_until(lambda: settled(workers), 20, "two static members to share")
        before = list(workers[0].held)
        workers[0].kill()
        workers[0] = Worker(context, topic, group, "range", **{"group.instance.id": "one"}, **patience)
        wait_until(lambda: workers[0].held == before, 15, "the same partitions again")
        check(settled(workers), "the other one was disturbed")
    finally:
        for worker in workers:
            worker.kill()


@case("a commit from an old generation or a stranger is refused")
def fenced(context):
    topic, group = context.topic(2), context.name("g")
    context.produce(topic, [b"x"] * 5)
    first = context.consumer(group, session_timeout_ms=6000)
    first.subscribe([topic])
    wait_until(lambda: first.poll(0.2) is not None, 15, "a message")
    stranger = context.consumer(group)
    try:
        stranger.commit(offsets=[TopicPartition(topic, 0, 3)], asynchronous=False)
        check(False, "a stranger's commit was taken")
    except KafkaException:
        pass
    first.close()
    stranger.commit(offsets=[TopicPartition(topic, 0, 3)], asynchronous=False)
    equal(stranger.committed([TopicPartition(topic, 0)], timeout=5)[0].offset, 3, "committed once the group is empty")
    stranger.close()
