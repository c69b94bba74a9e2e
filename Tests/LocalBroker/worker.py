"""A consumer in a process of its own, so that it can be killed. Prints what happens to it, one JSON a line."""

import json
import signal
import sys

from confluent_kafka import Consumer, KafkaException

settings = json.loads(sys.argv[1])
topic = sys.argv[2]
running = True


def stop(*_):
    global running
    running = False


signal.signal(signal.SIGTERM, stop)


def say(**what):
    print(json.dumps(what), flush=True)


consumer = Consumer(settings)


def held():
    try:
        return sorted(place.partition for place in consumer.assignment())
    except KafkaException:  # closing
        return []


def assigned(_, places):
    if settings.get("partition.assignment.strategy") == "cooperative-sticky":
        consumer.incremental_assign(places)
    else:
        consumer.assign(places)
    say(held=held())


def revoked(_, places):
    if settings.get("partition.assignment.strategy") == "cooperative-sticky":
        consumer.incremental_unassign(places)
    else:
        consumer.unassign()
    say(held=held())


consumer.subscribe([topic], on_assign=assigned, on_revoke=revoked, on_lost=revoked)
while running:
    messages = consumer.consume(200, 0.1)
    values = [int(message.value()) for message in messages if not message.error()]
    for message in messages:
        if message.error():
            say(error=str(message.error()))
    if values:
        say(values=values)
        try:
            consumer.commit(asynchronous=False)
        except Exception as error:
            say(note=f"commit: {error}")
consumer.close()
say(closed=True)
