"""Claims, submitted by the example's own program, while a scenario does its worst."""

import json
import os
import subprocess
import sys
import threading

from .api import API, eventually
from .stack import ROOT


class Load:
    """A run of `examples/claims/run` in the background."""

    def __init__(self, stack, count, patience=420):
        self.stack, self.count, self.patience = stack, count, patience
        self.api = API(stack.api, stack.key)
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "examples/claims/run"), "--count", str(count), "--json", "--timeout",
             str(patience), "--sink", stack.sink],
            env={**os.environ, "CADENZA_API": stack.api, "CADENZA_API_KEY": stack.key}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.lines, self.errors = [], []
        self.readers = [
            threading.Thread(target=kept.extend, args=(pipe,), daemon=True)
            for kept, pipe in ((self.lines, self.process.stdout), (self.errors, self.process.stderr))]
        for reader in self.readers:
            reader.start()

    def finished(self):
        """How many executions have completed."""
        return sum(1 for _ in self.api.pages("/v1/executions?status=completed&limit=200"))

    def await_finished(self, count, within=240):
        """Waits until that many executions have completed."""
        def enough():
            if self.process.poll() is not None and self.process.returncode != 0:
                raise SystemError(self._failure())
            return self.finished() >= count
        eventually(enough, within, f"{count} finished executions")

    def result(self):
        """The rows of all claims, once the program has ended well."""
        try:
            self.process.wait(timeout=self.patience + 60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"the claims did not end:\n{self._failure()}") from None
        for reader in self.readers:
            reader.join()
        output = "".join(self.lines)
        if self.process.returncode != 0:
            raise AssertionError(f"{self._failure()}\n{output[-3000:]}")
        rows = json.loads(output)
        return rows["claims"] if isinstance(rows, dict) else rows

    def _failure(self):
        return f"examples/claims/run ended with {self.process.returncode}:\n" + "".join(self.errors)[-3000:]


def account(load, rows):
    """Every claim is finished, nothing took effect twice, every history is sound. Returns a line for people."""
    stack, api = load.stack, load.api
    if len(rows) != load.count:
        raise AssertionError(f"{load.count} claims were submitted, {len(rows)} ended")
    executions = list(api.pages("/v1/executions?limit=200"))
    open_ones = [e["id"] for e in executions if e["status"] not in ("completed", "faulted", "cancelled")]
    if open_ones or len(executions) != load.count:
        raise AssertionError(f"{len(executions)} executions for {load.count} claims; open: {open_ones[:5]}")
    model = stack.counters("model-server")
    if model["without_key"] or model["distinct_keys"] != model["calls"] - model["duplicates"]:
        raise AssertionError(f"the model server's counters do not add up: {model}")
    sink = stack.counters("http-sink")
    if sink["without_key"] or sink["twice"] or (sink["reports"], sink["effects"]) != (load.count, load.count):
        raise AssertionError(f"{load.count} claims, but the sink says {sink}")
    turns = 0
    for execution in executions:
        found = api.get(f"/v1/executions/{execution['id']}/verify")
        if not found["sound"]:
            raise AssertionError(f"history of {execution['id']}: {found}")
        page = api.get(f"/v1/executions/{execution['id']}/history?limit=1000")
        turns += len({(a["body"].get("taskId"), a["body"].get("turn")) for a in page["activities"] if a["type"].endswith("TurnRecorded")})
    if model["distinct_keys"] != turns:
        raise AssertionError(f"{model['distinct_keys']} effects at the model server, {turns} turns in the histories")
    return f"{len(rows)} claims, {turns} model calls, {model['duplicates']} repeated with the same key and answered from it"
