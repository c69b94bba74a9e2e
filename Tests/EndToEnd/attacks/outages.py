"""The servers below go away and come back."""

import re
import socket
import time


def attack(scene, count):
    """The broker is gone for 20 s after -9, Postgres restarts, Redis loses everything; then all must be done."""
    load = scene.load(count)
    load.await_published(0.15)
    scene.stack("kill", "local-broker")
    time.sleep(20)
    scene.stack("up", "local-broker")
    load.await_published(0.45)
    scene.stack("restart", "postgres")
    load.await_published(0.7)
    empty_redis(scene)
    return load.finish()


def empty_redis(scene):
    """FLUSHALL."""
    port = int(re.search(r":(\d+)", scene.environment["CADENZA_TEST_REDIS_URL"].removeprefix("redis://"))[1])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"FLUSHALL\r\n")
        print(f"  redis: {connection.recv(64)!r}")
