"""Where the attacks play: the stack, a counting sink, and claims as load."""

import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time
import urllib.request

from harness.stack import free_port

ROOT = pathlib.Path(__file__).resolve().parents[3]
SERVICES = ["gateway", "orchestrator", "agent-worker", "approvals", "rag-indexer", "policy", "state"]


class Stage:
    """The stack of one run folder, with what tells how often each effect took place."""

    def __init__(self, run, free_ports):
        self.options = (["--run", run] if run else []) + (["--free-ports"] if free_ports else [])
        self.environment = {}
        self.sink = None

    def __enter__(self):
        self.stack("up")
        for line in self.stack("env", quiet=True).splitlines():
            key, value = line.removeprefix("export ").split("=", 1)
            self.environment[key] = shlex.split(value)[0]
        return self

    def __exit__(self, *error):
        self.stop_sink()

    def stack(self, *arguments, quiet=False):
        """Runs docker/local/stack; its output is shown unless it is wanted."""
        command = [ROOT / "docker/local/stack", *arguments, *self.options]
        done = subprocess.run(command, capture_output=quiet, text=True, check=False)
        if done.returncode != 0 and arguments[0] != "status":
            sys.exit(f"docker/local/stack {' '.join(arguments)} failed")
        return done.stdout or ""

    def pid(self, name):
        """The process number of a part of the stack."""
        run = self.options[self.options.index("--run") + 1] if "--run" in self.options else ".run"
        return json.loads((ROOT / run / "processes" / f"{name}.json").read_text())["pid"]

    def start_sink(self):
        """A fresh counting receiver of reports on a free port."""
        self.stop_sink()
        port = free_port()
        self.sink_file = tempfile.NamedTemporaryFile(prefix="cadenza-sink-", suffix=".jsonl")
        self.sink = subprocess.Popen([
            sys.executable, ROOT / "examples/http-sink/http-sink", "--port", str(port), "--file", self.sink_file.name])
        self.sink_url = f"http://127.0.0.1:{port}"
        wait_until(lambda: fetch(f"{self.sink_url}/healthz") is not None, 10, "the sink does not answer")

    def stop_sink(self):
        """Ends the receiver."""
        if self.sink:
            self.sink.terminate()
            self.sink.wait()
            self.sink = None

    def model_counters(self):
        """What the model server says it was asked."""
        return fetch(self.environment["CADENZA_MODEL_SERVER"] + "/counters")

    def load(self, count):
        """Starts the claims; `finish` gives the faults that they show."""
        return Load(self, count)


class Load:
    """Claims under way, and what must hold of them in the end."""

    def __init__(self, scene, count):
        self.scene, self.count = scene, count
        scene.start_sink()
        self.model_before = scene.model_counters()
        self.out = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [ROOT / "examples/claims/run", "--count", str(count), "--sink", scene.sink_url, "--json",
             "--timeout", "400"], stdout=self.out, env={**os.environ, **scene.environment})

    def published(self):
        """Reports that have reached the sink so far."""
        return (fetch(f"{self.scene.sink_url}/counters") or {}).get("reports", 0)

    def await_published(self, share):
        """Waits until so great a share of the reports is out; false when the claims ended before."""
        while self.process.poll() is None:
            if self.published() >= share * self.count:
                return True
            time.sleep(0.1)
        return False

    def finish(self):
        """Waits for the end and gives what is wrong."""
        self.process.wait()
        self.out.seek(0)
        text = self.out.read()
        if not text.strip():
            return ["the claims' runner ended without a result"]
        result = json.loads(text)
        faults = [f"{c['claim']} ({c['execution']}): {c['note']}" for c in result["claims"] if c["note"]][:10]
        if len(result["claims"]) != self.count:
            faults.append(f"{len(result['claims'])} claims of {self.count}")
        sink, model = fetch(f"{self.scene.sink_url}/counters"), self.scene.model_counters()
        asked = model["distinct_keys"] - self.model_before["distinct_keys"]
        print(f"  {self.count} claims in {result['seconds']:.1f} s; sink: {sink}; model: {asked} questions, "
              f"{model['duplicates'] - self.model_before['duplicates']} repeated", flush=True)
        if sink["reports"] != self.count or sink["effects"] != self.count:
            faults.append(f"{sink['effects']} reports took effect, not {self.count}; twice: {sink['twice'][:5]}")
        if sink["without_key"]:
            faults.append(f"{sink['without_key']} reports came without an idempotency key")
        if asked != 2 * self.count:
            faults.append(f"the model was asked {asked} different questions, not {2 * self.count}")
        return faults


def fetch(url, timeout=5.0):
    """The JSON at an address, or nothing."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as response:
            return json.loads(response.read() or b"{}")
    except (OSError, ValueError):
        return None


def wait_until(condition, seconds, complaint):
    """Waits for a condition; ends the program when it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(complaint)
        time.sleep(0.05)
