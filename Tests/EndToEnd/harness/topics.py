"""What stands on the platform's topics, by tenant."""

import json
import threading
import uuid

from confluent_kafka import Consumer

INGRESS, LIFECYCLE = "cadenza.ingress.events.v1", "cadenza.lifecycle.events.v1"


class Topics:
    """Reads the events that come in or are emitted, and those that tell of lives, from the beginning on."""

    def __init__(self, bootstrap):
        self.consumer = Consumer({
            "bootstrap.servers": bootstrap, "group.id": f"test-{uuid.uuid4().hex}", "auto.offset.reset": "earliest",
            "topic.metadata.refresh.interval.ms": 1000, "allow.auto.create.topics": False, "log_level": 0})
        self.consumer.subscribe([INGRESS, LIFECYCLE])
        self.found, self.seen, self.ends = {}, set(), threading.Event()
        self.thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.thread.join()
        self.consumer.close()

    def events(self, topic, tenant):
        """CloudEvents in JSON, in their order where they have the same key. One source and id is one event."""
        return list(self.found.get((topic, tenant), []))

    def _read(self):
        while not self.ends.is_set():
            message = self.consumer.poll(0.2)
            if message is None or message.error():
                continue
            headers = {key: value.decode() for key, value in message.headers() or []}
            body = json.loads(message.value()) if message.value() else None
            if "cloudevents+json" in headers.get("content-type", ""):
                event = body
            else:
                event = {key.removeprefix("ce_"): text for key, text in headers.items() if key.startswith("ce_")}
                event |= {} if body is None else {"data": body}
            named = (message.topic(), event.get("tenant"), event.get("source"), event.get("id"))
            if named in self.seen and None not in named:
                continue
            self.seen.add(named)
            self.found.setdefault((message.topic(), event.get("tenant")), []).append(event)
