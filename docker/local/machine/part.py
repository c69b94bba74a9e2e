"""A part of the stack: one process with a name, a port, a way to start it and a way to tell that it is well."""

import os
import signal
import socket
import time
import urllib.request

from . import processes, terminal


class Part:
    """Starts, checks and stops one process. Subclasses say how."""

    name = ""
    patience = 60.0
    stop_signal = signal.SIGTERM
    user = None

    def __init__(self, settings):
        self.settings = settings
        self.record = processes.Record(settings, self.name)

    def ports(self):
        """The ports that the process listens on, by their name in the settings."""
        return []

    def arguments(self):
        """The program and its arguments."""
        raise NotImplementedError

    def environment(self):
        """The whole environment of the process."""
        return plain_environment()

    def surroundings(self):
        """The environment, with what the settings add for this part."""
        return {**self.environment(), **self.settings.added(self.name)}

    def prepare(self):
        """What must be there before the start."""

    def healthy(self):
        """Whether the process answers."""
        raise NotImplementedError

    def finish(self):
        """What is done once it answers for the first time."""

    def where(self):
        """Where it can be reached, for people."""
        return ", ".join(f"127.0.0.1:{self.settings.port(p)}" for p in self.ports())

    def fingerprint(self):
        """Changes when the process ought to be started anew."""
        return processes.fingerprint(self.arguments(), self.surroundings())

    def up(self):
        """Leaves what is right, restarts what is not. True when it answers."""
        pid, held = self.record.load()
        if pid is not None:
            if held == self.fingerprint() and self.healthy():
                terminal.Line(self.name).done(f"runs already    {self.where()}")
                return True
            line = terminal.Line(self.name, "changed or ill: stopping")
            processes.stop(self.record, self.stop_signal, tick=lambda: line.tick("changed or ill: stopping"))
        line = terminal.Line(self.name, "starting")
        for port in self.ports():
            holder = processes.port_holder(self.settings.port(port))
            if holder:
                key = "CADENZA_LOCAL_" + port.upper().replace("-", "_") + "_PORT"
                line.failed(f"port {self.settings.port(port)} is taken by {holder}; set {key} in docker/local/.env")
                return False
        self.prepare()
        mark = self.fingerprint()
        child = processes.start(self.record, self.arguments(), self.surroundings(), mark, self.user)
        if not self._await_health(child.pid, line):
            return False
        self.finish()
        line.done(f"started         {self.where()}")
        return True

    def down(self):
        """Stops the process if it is ours and lives."""
        pid, _ = self.record.load()
        if pid is None:
            self.record.forget()
            return
        line = terminal.Line(self.name, "stopping")
        kind = processes.stop(self.record, self.stop_signal, tick=lambda: line.tick("stopping"))
        line.done("stopped" if kind else "stopped by force after 20 s")

    def state(self):
        """One word for the status table, and the process number."""
        pid, held = self.record.load()
        if pid is None:
            return ("died" if held else "stopped"), None
        return ("running" if self.healthy() else "ill"), pid

    def _await_health(self, pid, line):
        deadline = time.monotonic() + self.patience
        while not self.healthy():
            if not processes.alive(pid, self.record):
                line.failed(f"ended at once; the last lines of {self.record.log}:")
                _print_tail(self.record.log)
                return False
            if time.monotonic() > deadline:
                line.failed(f"no sign of health in {self.patience:.0f} s; the last lines of {self.record.log}:")
                _print_tail(self.record.log)
                return False
            line.tick("starting")
            time.sleep(0.1)
        return True


def plain_environment():
    """What every process gets of the caller's environment: enough to run, nothing that changes behaviour."""
    kept = ("PATH", "HOME", "LANG", "TZ", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "TMPDIR")
    return {key: os.environ[key] for key in kept if key in os.environ}


def answers(url, timeout=2.0):
    """Whether a GET is answered with 200."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as response:
            return response.status == 200
    except OSError:
        return False


def exchange(port, request, timeout=2.0):
    """Sends bytes to a server on loopback and gives the first bytes of its answer, or none."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
            connection.sendall(request)
            return connection.recv(4096)
    except OSError:
        return b""


def _print_tail(path, lines=12):
    try:
        text = path.read_text(errors="replace").splitlines()[-lines:]
    except OSError:
        text = []
    for line in text:
        terminal.say("      " + line[:400])
