"""Producing and consuming: keys, headers, order, codecs, sizes, positions."""

import asyncio
import random
import subprocess
import time

from confluent_kafka import KafkaError, TopicPartition

from suite import case, check, equal


@case("keys, headers, null values and timestamps come back as sent")
def roundtrip(context):
    topic = context.topic(retention_ms=-1)
    producer = context.producer()
    headers = [("a", b"1"), ("a", b"2"), ("empty", b""), ("none", None)]
    producer.produce(topic, b"value", key=b"key", headers=headers, timestamp=1_700_000_000_123)
    producer.produce(topic, None, key=b"tombstone")
    producer.produce(topic, b"", key=None)
    producer.flush(10)
    first, second, third = context.read(topic)
    equal((first.key(), first.value(), first.headers()), (b"key", b"value", headers), "message")
    equal(first.timestamp()[1], 1_700_000_000_123, "timestamp")
    equal((second.key(), second.value()), (b"tombstone", None), "tombstone")
    equal((third.key(), third.value()), (None, b""), "empty value")


@case("every codec, in order, from librdkafka")
def codecs(context):
    for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
        topic = context.topic()
        values = [f"{codec} {i}".encode() * 5 for i in range(2000)]
        context.produce(topic, values, compression_type=codec)
        equal([m.value() for m in context.read(topic)], values, codec)


@case("acks 0, 1 and all")
def acks(context):
    for level in ("0", "1", "all"):
        topic = context.topic()
        context.produce(topic, [b"x"] * 100, acks=level)
        deadline = time.monotonic() + 5
        while len(context.read(topic)) < 100:
            check(time.monotonic() < deadline, f"acks={level}: not all arrived")


@case("messages of 15 MiB, and those over max.message.bytes refused")
def large(context):
    size = 15 << 20
    topic = context.topic(max_message_bytes=size + 1024)
    body = random.Random(1).randbytes(1 << 20) * 15
    context.produce(topic, [b"small", body, b"after"], message_max_bytes=size + 2048)
    limits = {"fetch_message_max_bytes": 1 << 20, "receive_message_max_bytes": 64 << 20}
    found = [m.value() for m in context.read(topic, **limits)]
    check(found == [b"small", body, b"after"], "bodies differ")
    tight = context.topic(max_message_bytes=10_000)
    outcome = []
    producer = context.producer()
    producer.produce(tight, b"x" * 20_000, on_delivery=lambda error, _: outcome.append(error))
    producer.flush(10)
    equal(outcome[0] and outcome[0].code(), KafkaError.MSG_SIZE_TOO_LARGE, "too large")


@case("per-partition order and keyed partitioning under load")
def order(context):
    topic = context.topic(6)
    producer = context.producer(enable_idempotence=True)
    for i in range(30_000):
        producer.produce(topic, str(i).encode(), key=str(i % 50).encode())
        producer.poll(0)
    check(producer.flush(30) == 0, "not delivered")
    homes, total = {}, 0
    for partition in range(6):
        last = -1
        for message in context.read(topic, partition):
            value = int(message.value())
            check(value > last, f"{value} after {last} in {partition}")
            last, total = value, total + 1
            equal(homes.setdefault(message.key(), partition), partition, "partition of a key")
    equal(total, 30_000, "messages")


@case("watermarks, seeking, and an offset out of range")
def positions(context):
    topic = context.topic()
    context.produce(topic, [str(i).encode() for i in range(500)])
    consumer = context.consumer()
    place = TopicPartition(topic, 0)
    equal(consumer.get_watermark_offsets(place, timeout=5), (0, 500), "watermarks")
    consumer.assign([TopicPartition(topic, 0, 321)])
    equal(consumer.poll(10).value(), b"321", "from an offset")
    consumer.seek(TopicPartition(topic, 0, 7))
    equal(consumer.poll(10).value(), b"7", "after a seek")
    consumer.close()
    strict = context.consumer(auto_offset_reset="error")
    strict.assign([TopicPartition(topic, 0, 5000)])
    message = strict.poll(10)
    check(message is not None and message.error(), "no error for an offset that is not there")
    equal(message.error().code(), KafkaError._AUTO_OFFSET_RESET, "error")
    strict.close()


@case("offsets for times, inside batches and past the end")
def times(context):
    topic = context.topic(retention_ms=-1)
    producer = context.producer(linger_ms=50)
    base = 1_750_000_000_000
    for i in range(3000):
        producer.produce(topic, str(i).encode(), timestamp=base + i * 10)
    producer.flush(10)
    consumer = context.consumer()

    def at(moment):
        return consumer.offsets_for_times([TopicPartition(topic, 0, moment)], timeout=5)[0].offset

    for index in (0, 1, 777, 1500, 2999):
        equal(at(base + index * 10), index, f"time of {index}")
        equal(at(base + index * 10 - 5), index, f"just before {index}")
    equal(at(base - 100_000), 0, "before all")
    equal(at(base + 1_000_000), -1, "after all")
    consumer.close()


@case("log append time when the topic asks for it")
def append_time(context):
    topic = context.topic(message_timestamp_type="LogAppendTime")
    before = time.time() * 1000 - 5000
    producer = context.producer()
    producer.produce(topic, b"x", timestamp=1000)
    producer.flush(10)
    kind, stamp = context.read(topic)[0].timestamp()
    check(kind == 2 and stamp >= before, f"timestamp {kind} {stamp}")


@case("kcat produces, consumes and lists")
def kcat(context):
    topic = context.topic(2)
    lines = "".join(f"k{i}:line {i}\n" for i in range(1000))
    tool = ["kcat", "-b", context.bootstrap]
    subprocess.run([*tool, "-P", "-t", topic, "-K:", "-z", "snappy"], input=lines, text=True, check=True, timeout=20)
    read = [*tool, "-C", "-t", topic, "-o", "beginning", "-e", "-q", "-K:"]
    found = subprocess.run(read, capture_output=True, text=True, check=True, timeout=20).stdout
    equal(sorted(found.splitlines()), sorted(lines.splitlines()), "lines")
    listed = subprocess.run([*tool, "-L", "-t", topic], capture_output=True, text=True, check=True, timeout=20).stdout
    check("with 2 partitions" in listed, listed)
    grouped = subprocess.run(
        [*tool, "-G", context.name("g"), topic, "-e", "-q", "-o", "beginning"],
        capture_output=True, text=True, timeout=30,
    ).stdout
    equal(len(grouped.splitlines()), 1000, "lines by a group")


@case("aiokafka produces, consumes in a group and commits")
def aio(context):
    from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
    from aiokafka.structs import TopicPartition as Place

    topic, group = context.topic(3), context.name("g")

    async def play():
        async with AIOKafkaProducer(
            bootstrap_servers=context.bootstrap, enable_idempotence=True, compression_type="gzip"
        ) as producer:
            sends = [await producer.send(topic, b"%d" % i, key=b"%d" % i) for i in range(3000)]
            await asyncio.gather(*sends)
        async with AIOKafkaConsumer(
            topic, bootstrap_servers=context.bootstrap, group_id=group, auto_offset_reset="earliest",
            enable_auto_commit=False,
        ) as consumer:
            seen = set()
            while len(seen) < 3000:
                for batch in (await consumer.getmany(timeout_ms=1000)).values():
                    seen |= {int(record.value) for record in batch}
            await consumer.commit()
            committed = [await consumer.committed(Place(topic, p)) for p in range(3)]
            equal(sum(filter(None, committed)), 3000, "committed")

    asyncio.run(asyncio.wait_for(play(), 30))
