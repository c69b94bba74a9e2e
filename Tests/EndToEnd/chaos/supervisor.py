"""Starts what has died, as an orchestrator of containers would."""

import collections
import threading
import time

from .plan import BELOW, PARTS


class Supervisor:
    """Watches all parts of a rig. `died` counts those that ended by themselves."""

    def __init__(self, rig, log):
        self.rig, self.log = rig, log
        self.held, self.killed, self.starting, self.died = set(), set(), {}, collections.Counter()
        self.ends, rig.watch = threading.Event(), self
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def hold(self, part):
        """Leaves a part dead that is about to be killed."""
        self.held.add(part)
        self.killed.add(part)

    def release(self, part):
        """Lets it be started."""
        self.held.discard(part)

    def dead(self):
        """Parts that do not run."""
        return [part for part in BELOW + PARTS if self.rig.pid(part) is None]

    def settle(self, within):
        """Waits until all run and are ready by themselves; what is not ready by then."""
        end, ill = time.monotonic() + within, PARTS
        while time.monotonic() < end:
            ill = self.dead() or [line.split()[0] for line in self.rig.status() if line.split()[1] != "running"]
            if not ill and not self.starting:
                break
            time.sleep(1)
        self.close()
        return ill

    def close(self):
        """Watches no more."""
        self.ends.set()
        self.thread.join()

    def _watch(self):
        while not self.ends.wait(0.3):
            self.starting = {part: start for part, start in self.starting.items() if start.poll() is None}
            for part in self.dead():
                if part in self.held or part in self.starting:
                    continue
                if part not in self.killed:
                    self.died[part] += 1
                    self.log(f"{part} has ended by itself")
                self.log(f"starts {part}")
                self.killed.discard(part)
                self.starting[part] = self.rig.start(part)
