"""The long poll: how soon a message comes, and that waiting is waiting."""

import statistics
import time

from confluent_kafka import TopicPartition

from suite import case, check


@case("a waiting consumer has a message at once")
def latency(context):
    topic = context.topic()
    consumer = context.consumer(fetch_wait_max_ms=2000)
    consumer.assign([TopicPartition(topic, 0, 0)])
    producer = context.producer(linger_ms=0)
    consumer.poll(0.5)
    delays = []
    for i in range(60):
        time.sleep(0.01 * (i % 7))
        start = time.monotonic()
        producer.produce(topic, str(i).encode())
        producer.poll(0)
        message = consumer.poll(5)
        check(message is not None and message.value() == str(i).encode(), f"message {i} did not come")
        delays.append((time.monotonic() - start) * 1000)
        producer.poll(0)
    consumer.close()
    delays.sort()
    half, most = statistics.median(delays), delays[-4]
    check(half < 60 and most < 600, f"median {half:.1f} ms, p95 {most:.1f} ms")
    return f"median {half:.1f} ms, p95 {most:.1f} ms"


@case("fetch.min.bytes and fetch.wait.max.ms are honoured")
def minimum(context):
    topic = context.topic()
    consumer = context.consumer(fetch_min_bytes=50_000, fetch_wait_max_ms=1500)
    consumer.assign([TopicPartition(topic, 0, 0)])
    consumer.poll(0.3)
    delays = []
    for _ in range(3):
        start = time.monotonic()
        context.produce(topic, [b"small"])
        check(consumer.poll(5) is not None, "the small message never came")
        delays.append(time.monotonic() - start)
    check(max(delays) > 0.6, f"a fetch did not wait for its minimum: {delays}")
    check(max(delays) < 2.5, f"a fetch waited past its time: {delays}")
    time.sleep(0.1)
    start = time.monotonic()
    context.produce(topic, [b"x" * 80_000])
    check(consumer.poll(5) is not None, "the large message never came")
    took = time.monotonic() - start
    consumer.close()
    check(took < 0.7, f"enough bytes, yet it waited {took:.2f} s")


@case("a metadata request does not wait behind a long poll")
def behind(context):
    topic = context.topic()
    consumer = context.consumer(fetch_wait_max_ms=5000)
    consumer.assign([TopicPartition(topic, 0, 0)])
    consumer.poll(0.5)
    start = time.monotonic()
    consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=10)
    took = time.monotonic() - start
    consumer.close()
    # A real Kafka answers in order and may keep this waiting for as long as the fetch.
    check(took < (1 if context.broker else 6), f"took {took:.2f} s")
