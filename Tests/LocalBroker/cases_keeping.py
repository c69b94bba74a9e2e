"""Retention, compaction, and what a broker costs that does nothing."""

import time

from confluent_kafka import TopicPartition

from suite import case, check, equal, wait_until


@case("retention by size and by time, while it is read", own_broker=True)
def retention(context):
    broker = context.own(options=["--retention-check", "1"])
    mine = context.on(broker)
    try:
        by_size = mine.topic(retention_bytes=200_000, segment_bytes=50_000)
        by_time = mine.topic(retention_ms=1500, segment_bytes=50_000)
        for topic in (by_size, by_time):
            mine.produce(topic, [b"%d %s" % (i, b"z" * 1000) for i in range(1000)], batch_num_messages=10)
        reader = mine.consumer()

        def low(topic):
            return reader.get_watermark_offsets(TopicPartition(topic, 0), timeout=5)[0]

        wait_until(lambda: low(by_size) > 700, 15, "old segments to go by size", pause=0.2)
        check(low(by_size) < 900, f"too much went: {low(by_size)}")
        wait_until(lambda: low(by_time) == 1000, 15, "all to go by time", pause=0.2)
        left = mine.read(by_size)
        equal(int(left[-1].value().split()[0]), 999, "last message")
        equal(mine.produce(by_time, [b"new"]), [1000], "next offset")
        broker.kill()
        broker.start()
        equal(len(mine.read(by_size)), len(left), "after a restart")
        reader.close()
    finally:
        broker.discard()


@case("a compacted topic keeps the newest of each key", own_broker=True)
def compaction(context):
    broker = context.own(options=["--retention-check", "1"])
    mine = context.on(broker)
    try:
        topics = {
            codec: mine.topic(
                cleanup_policy="compact", segment_bytes=20_000, delete_retention_ms=100, min_cleanable_dirty_ratio=0.1
            )
            for codec in ("none", "gzip")
        }
        for codec, topic in topics.items():
            producer = mine.producer(compression_type=codec, batch_num_messages=20)
            for i in range(3000):
                producer.produce(topic, None if i == 1500 else b"%d %s" % (i, b"v" * 50), key=b"k%d" % (i % 10 if i != 1500 else 99))
                producer.poll(0)
            producer.flush(10)
        plain = topics["none"]
        wait_until(lambda: len(mine.read(plain)) < 600, 20, "compaction", pause=0.5)
        for codec, topic in topics.items():
            newest, last = {}, -1
            for message in mine.read(topic):
                check(message.offset() > last, "offsets out of order")
                last = message.offset()
                newest[message.key()] = message.value()
            for key in range(10):
                equal(int(newest[b"k%d" % key].split()[0]), 2990 + key, f"{codec}: newest of k{key}")
        broker.kill()
        broker.start()
        equal(mine.read(plain)[-1].offset(), 2999, "last offset after a restart")
        equal(mine.produce(plain, [b"more"]), [3000], "next offset")
    finally:
        broker.discard()


@case("an idle broker with 20 long-polling consumers costs next to nothing", own_broker=True)
def idle(context):
    broker = context.own()
    mine = context.on(broker)
    consumers = []
    try:
        time.sleep(0.5)
        alone = broker.status("VmRSS") / 1024
        start, began = broker.cpu_seconds(), time.monotonic()
        time.sleep(1.5)
        nobody = (broker.cpu_seconds() - start) / (time.monotonic() - began) * 100
        topic = mine.topic(20)
        for partition in range(20):
            consumer = mine.consumer()
            consumer.assign([TopicPartition(topic, partition, 0)])
            consumers.append(consumer)
        for consumer in consumers:
            consumer.poll(0.05)
        time.sleep(1)
        start, began = broker.cpu_seconds(), time.monotonic()
        time.sleep(4)
        share = (broker.cpu_seconds() - start) / (time.monotonic() - began) * 100
        memory = broker.status("VmRSS") / 1024
        check(alone < 30 and memory < 30, f"{alone:.1f} MB alone, {memory:.1f} MB with consumers")
        check(nobody < 0.5 and share < 4, f"{nobody:.1f} % of a core alone, {share:.1f} % with consumers")
        return f"{alone:.1f} MB and {nobody:.1f} % alone, {memory:.1f} MB and {share:.1f} % of a core with 20 consumers"
    finally:
        for consumer in consumers:
            consumer.close()
        broker.discard()


@case("many partitions do not mean many open files", own_broker=True)
def files(context):
    broker = context.own()
    mine = context.on(broker)
    try:
        topic = mine.topic(400)
        producer = mine.producer()
        for i in range(4000):
            producer.produce(topic, b"x%d" % i, partition=i % 400)
            producer.poll(0)
        check(producer.flush(20) == 0, "not delivered")
        count = broker.open_files()
        check(count < 350, f"{count} open files")
        broker.kill()
        start = time.monotonic()
        broker.start()
        took = time.monotonic() - start
        equal(len(mine.read(topic, 399)), 10, "messages after a restart")
        return f"{count} open files for 400 partitions, restart in {took:.2f} s"
    finally:
        broker.discard()
