"""The example claims beside the orders, in waves, by the example's own program."""

import json
import os
import subprocess
import sys
import threading

from harness.api import API
from harness.stack import ROOT


class Claims:
    """Waves of claims. A wave whose program gave up is run again under the same name: nothing may be submitted twice."""

    def __init__(self, stack, size):
        self.stack, self.size, self.api = stack, size, API(stack.api, stack.key)
        self.rows, self.repeats, self.faults, self.ends = [], 0, [], threading.Event()

    @property
    def count(self):
        """Claims submitted so far, as those that have ended tell."""
        return len(self.rows)

    def run(self):
        """One wave after another until `ends` is set."""
        wave = 0
        while not self.ends.is_set() and not self.faults:
            wave += 1
            self._wave(f"wave-{wave}")

    def _wave(self, name):
        for _ in range(8):
            done = subprocess.run(
                [sys.executable, ROOT / "examples/claims/run", "--count", str(self.size), "--json", "--timeout", "400", "--run-id", name,
                 "--sink", self.stack.sink], text=True, capture_output=True, check=False,
                env={**os.environ, "CADENZA_API": self.stack.api, "CADENZA_API_KEY": self.stack.key})
            if done.stdout.startswith("{"):
                self.rows += json.loads(done.stdout)["claims"]
                self.faults += [f"{r['execution']}: {r['note']}" for r in self.rows if r["note"]]
                return
            self.repeats += 1
        self.faults.append(f"{name} did not end: {done.stderr[-1000:]}")
