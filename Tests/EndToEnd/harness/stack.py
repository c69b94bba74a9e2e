"""One run of the stack in a folder and on ports of its own, so that a test disturbs nobody."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]
SERVICES = ["gateway", "orchestrator", "agent-worker", "approvals", "rag-indexer", "policy", "state"]


class Stack:
    """Starts and stops the parts, and does to them what the world does."""

    def __init__(self, name, scale=(), environment=None):
        self.run = ROOT / ".run" / f"test-{name}"
        self.base = [str(ROOT / "docker/local/stack"), "--run", str(self.run), "--free-ports"]
        self.scale = [f"--scale={s}" for s in scale]
        self.environment = {**os.environ, **(environment or {})}

    def __enter__(self):
        self._call("destroy")
        self.prepare()
        self._call("up", *self.scale)
        given = self.given = dict(re.findall(r"export (\w+)=(\S+)", self._call("env")))
        self.api, self.key = given["CADENZA_API"], given["CADENZA_API_KEY"]
        self.bootstrap = given["CADENZA_TEST_KAFKA_BOOTSTRAP"]
        self.sink = given["CADENZA_SINK"]
        self.redis = given["CADENZA_TEST_REDIS_URL"]
        self.superuser = given["CADENZA_TEST_POSTGRES_URL"]
        return self

    def __exit__(self, kind, error, trace):
        if error is not None:
            self.tail()
        for part in self.parts():
            self._signal(part, signal.SIGCONT, missing_ok=True)
        self._call("down" if error is not None else "destroy", check=False)

    def prepare(self):
        """What is to be there before the parts start."""

    def up(self, *names):
        """Starts what is not running."""
        self._call("up", *names)

    def start(self, name):
        """Starts a part and does not wait until it is ready."""
        return subprocess.Popen(
            [*self.base, "up", name], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self, name):
        """Ends a part at once."""
        self._call("kill", name)

    def terminate(self, name):
        """Asks a part to end and waits until it has."""
        self._call("down", name)

    def freeze(self, name):
        """Stops a part's processor time; it notices nothing."""
        self._signal(name, signal.SIGSTOP)

    def thaw(self, name):
        """Lets a frozen part go on."""
        self._signal(name, signal.SIGCONT)

    def status(self):
        """A line for each part: its name, its state, its process number."""
        return self._call("status", check=False).splitlines()

    def parts(self):
        """Process numbers by part; only what runs."""
        found = {}
        for line in self.status():
            words = line.split()
            if len(words) >= 3 and words[2].isdigit():
                found[words[0]] = int(words[2])
        return found

    def pid(self, name):
        """The process number of a part by its record, whatever its health; None when it does not live."""
        try:
            pid = json.loads((self.run / "processes" / f"{name}.json").read_text())["pid"]
            state = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return None
        return None if state == "Z" else pid

    def port(self, name):
        """A port that the stack chose."""
        return int((self.run / "ports" / name).read_text())

    def counters(self, server):
        """What the model server or the sink has counted."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port(server)}/counters", timeout=10) as answer:
            return json.load(answer)

    def tail(self):
        """The last warnings of every log, for a person who reads a failure."""
        for log in sorted(self.run.glob("logs/*.log")):
            lines = [line for line in log.read_text(errors="replace").splitlines() if '"info"' not in line and '"debug"' not in line]
            print(f"--- {log.name}", *lines[-8:], sep="\n    ", flush=True)

    def _signal(self, name, number, missing_ok=False):
        pid = self.parts().get(name)
        if pid is None:
            if missing_ok:
                return
            raise AssertionError(f"{name} does not run")
        os.kill(pid, number)

    def _call(self, command, *arguments, check=True):
        done = subprocess.run(
            [*self.base, command, *arguments], cwd=ROOT, env=self.environment, text=True, capture_output=True, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"stack {command} {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout


def free_port(start=None):
    """A port below those that Linux gives away by itself."""
    for port in range(start or 21000 + os.getpid() * 7 % 9000, 32000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise AssertionError("no free port")
