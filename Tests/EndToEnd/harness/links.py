"""Links between services and servers that can be spoiled, and clocks that can be stepped, for services not up yet."""

import json
import pathlib
import re
import socket
import struct
import subprocess
import sys
import threading

from .stack import free_port

SERVERS = {"broker": "CADENZA_KAFKA_BOOTSTRAP", "postgres": "CADENZA_POSTGRES_URL", "redis": "CADENZA_REDIS_URL"}
# With the schema, and role, of each.
ROLES = {
    "gateway": "gateway", "orchestrator": "orchestrator", "agent-worker": "agents", "approvals": "approvals",
    "rag-indexer": "knowledge", "policy": "policy", "state": "state"}


class Links:
    """The proxy between each of the parts and each server, and for each part a file with the deviation of its clock."""

    def __init__(self, stack, parts):
        """`stack` has its servers up."""
        self.stack, self.parts = stack, parts
        self.folder = stack.run / "links"
        self.folder.mkdir(exist_ok=True)
        self.links, start = {}, free_port()
        for part in parts:
            for server in SERVERS:
                start = free_port(start + 1)
                self.links[f"{part}/{server}"] = {
                    "port": start, "upstream": stack.port(server), "advertised": server == "broker"}
        self.clocks, self.lock = self._compile(), threading.Lock()
        (self.folder / "links.json").write_text(json.dumps(self.links))
        (self.folder / "added.json").write_text(json.dumps({part: self.environment(part) for part in parts}))
        stack.environment["CADENZA_LOCAL_ADDED"] = str(self.folder / "added.json")
        program = pathlib.Path(__file__).with_name("proxy.py")
        self.proxy = subprocess.Popen(
            [sys.executable, program, self.folder / "links.json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.steering = socket.create_connection(("127.0.0.1", int(self.proxy.stdout.readline()))).makefile("rw")

    def environment(self, part):
        """The addresses of a part's own links, and its clock."""
        role = ROLES[re.sub(r"-\d+$", "", part)]
        secret = (self.stack.run / "secrets" / f"postgres-{role}").read_text()
        at = {server: f"127.0.0.1:{self.links[f'{part}/{server}']['port']}" for server in SERVERS}
        found = dict(zip(SERVERS.values(), (
            at["broker"], f"postgres://{role}:{secret}@{at['postgres']}/cadenza", f"redis://{at['redis']}")))
        if self.clocks:
            self.clock(part).write_bytes(struct.pack("=q", 0))
            found |= {"LD_PRELOAD": str(self.clocks), "CHAOS_CLOCK": str(self.clock(part))}
        return found

    def spoil(self, link, **mode):
        """Gives a link a fault, or heals it by `mode="pass"`; what went through it so far."""
        with self.lock:
            print(json.dumps({"link": link, **mode}), file=self.steering, flush=True)
            return json.loads(self.steering.readline())

    def clock(self, part):
        """The file by which a part's clock goes."""
        return self.folder / f"{part}.clock"

    def set_clock(self, part, seconds):
        """Steps a part's clock to so far from the truth, at once."""
        with open(self.clock(part), "r+b", buffering=0) as file:
            file.write(struct.pack("=q", seconds))

    def close(self):
        """Ends the proxy."""
        self.proxy.stdin.close()
        self.proxy.wait(10)

    def _compile(self):
        """The library that moves clocks; nothing where there is no compiler for it."""
        made, source = self.folder / "clock.so", pathlib.Path(__file__).with_name("clock.c")
        try:
            done = subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-o", made, source, "-ldl"], check=False)
        except OSError:
            return None
        return made if done.returncode == 0 else None
