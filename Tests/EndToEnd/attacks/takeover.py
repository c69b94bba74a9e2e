"""Two orchestrators and two agent-workers share the load; one of each goes, in three ways."""

import os
import signal
import time

SCALE = ("--scale", "orchestrator=2", "--scale", "agent-worker=2")
ASLEEP = 50.0  # longer than the session time-out of 45 s, so that the sleeper's partitions are given away


def attack(scene, count):
    """TERM, then -9, then SIGSTOP past the session time-out and SIGCONT: the zombie must be fenced by the inbox."""
    faults = []
    scene.stack("up", *SCALE)
    try:
        for way in (stop, kill, sleep):
            load = scene.load(max(count // 2, 20))
            load.await_published(0.2)
            way(scene)
            faults += [f"{way.__name__}: {fault}" for fault in load.finish()]
            scene.stack("up", *SCALE)
    finally:
        scene.stack("down", "orchestrator-2", "agent-worker-2")
        scene.stack("up", "--scale", "orchestrator=1", "--scale", "agent-worker=1")
    return faults


def stop(scene):
    scene.stack("down", "orchestrator", "agent-worker-2")


def kill(scene):
    scene.stack("kill", "orchestrator-2", "agent-worker")


def sleep(scene):
    sleepers = [scene.pid("orchestrator"), scene.pid("agent-worker")]
    for pid in sleepers:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(ASLEEP)
    for pid in sleepers:
        os.kill(pid, signal.SIGCONT)
