"""Where things lie and which ports they use: the environment first, then docker/local/.env, then the defaults."""

import json
import os
import pathlib
import socket
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]

# The services in the order in which they start, with the Postgres schema (and role) that each one owns.
SERVICES = {
    "orchestrator": "orchestrator",
    "agent-worker": "agents",
    "approvals": "approvals",
    "rag-indexer": "knowledge",
    "policy": "policy",
    "state": "state",
    "gateway": "gateway",
}

# Below 32768, where Linux begins to hand out ports of its own accord, and unusual ones.
PORTS = {
    "gateway": 18080,
    "gateway-admin": 18180,
    "orchestrator-admin": 18181,
    "agent-worker-admin": 18182,
    "approvals-admin": 18183,
    "rag-indexer-admin": 18184,
    "policy-admin": 18185,
    "state-admin": 18186,
    "broker": 19092,
    "postgres": 15432,
    "redis": 16379,
    "model-server": 18090,
    "http-sink": 18091,
}


class Settings:
    """The choices of one run of the stack."""

    def __init__(self, run=None, free_ports=False):
        self.environment = {**_read_env_file(ROOT / "docker/local/.env"), **os.environ}
        chosen = run or self.environment.get("CADENZA_LOCAL_RUN") or ".run"
        self.run = pathlib.Path(chosen) if os.path.isabs(chosen) else ROOT / chosen
        self.run.mkdir(parents=True, exist_ok=True)
        build = self.environment.get("CADENZA_LOCAL_BUILD", "debug")
        self.binaries = ROOT / ".build" / build
        self.venv = ROOT / ".build/venv"
        self.free_ports = free_ports
        self._taken = {}

    def port(self, name):
        """The port of a server; with `--free-ports` any free one, chosen once and kept in the run folder."""
        key = "CADENZA_LOCAL_" + name.upper().replace("-", "_") + "_PORT"
        if key in self.environment:
            text = self.environment[key]
            if not text.isdigit() or not 0 < int(text) < 65536:
                sys.exit(f"{key} must be a port number, not {text!r}.")
            return int(text)
        if not self.free_ports:
            return PORTS[name]
        kept = self.run / "ports" / name
        if name not in self._taken:
            if kept.exists():
                self._taken[name] = int(kept.read_text())
            else:
                kept.parent.mkdir(parents=True, exist_ok=True)
                self._taken[name] = _free_port(avoid=set(self._taken.values()))
                kept.write_text(str(self._taken[name]))
        return self._taken[name]

    def outside(self, key):
        """A server of somebody else's, named by the environment, that stands in for one of ours."""
        return self.environment.get(key)

    def secret(self, name):
        """A secret made once for this run folder and readable by its owner alone."""
        path = self.run / "secrets" / name
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(os.urandom(18).hex())
        return path.read_text()

    def passed_on(self):
        """CADENZA_… variables of the caller that go to every service, such as a model's address or a log level."""
        return {
            key: value
            for key, value in self.environment.items()
            if key.startswith("CADENZA_") and not key.startswith(("CADENZA_LOCAL_", "CADENZA_TEST_"))
        }

    def added(self, name):
        """What one part's environment is to hold beside its own: CADENZA_LOCAL_ADDED names a JSON file of them by part."""
        path = self.environment.get("CADENZA_LOCAL_ADDED")
        return json.loads(pathlib.Path(path).read_text()).get(name, {}) if path and os.path.exists(path) else {}


def _read_env_file(path):
    found = {}
    if path.exists():
        for line in path.read_text().splitlines():
            line = line.strip()
            if line and not line.startswith("#") and "=" in line:
                key, value = line.split("=", 1)
                found[key.strip()] = value.strip().strip("\"'")
    return found


def _free_port(avoid):
    # Further instances of a service listen 20 and 40 above the first: what others have there must not be met later.
    start = os.getpid() * 7 % 11000
    for offset in range(11900):
        port = 20000 + (start + offset) % 11900
        if not any(port + step in avoid for step in (-40, -20, 0, 20, 40)) and all(_is_free(port + step) for step in (0, 20, 40)):
            return port
    sys.exit("No free port between 20000 and 32000.")


def _is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False
