"""Processes that outlive this program: started, recorded, recognised again, and stopped. Never anybody else's."""

import hashlib
import json
import os
import pathlib
import signal
import subprocess
import time


class Record:
    """What is known of a process that we started; the start time tells it from a later one with the same number."""

    def __init__(self, settings, name):
        self.path = settings.run / "processes" / f"{name}.json"
        self.log = settings.run / "logs" / f"{name}.log"

    def load(self):
        """The process's number if it still lives, else nothing."""
        try:
            held = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return None, None
        if _start_time(held["pid"]) != held["started"]:
            return None, held.get("fingerprint")
        return held["pid"], held.get("fingerprint")

    def save(self, pid, fingerprint):
        """Writes the record in one piece, so that a crash leaves the old one or the new one."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps({"pid": pid, "started": _start_time(pid), "fingerprint": fingerprint}))
        draft.rename(self.path)

    def forget(self):
        """Removes the record of a process that has ended."""
        self.path.unlink(missing_ok=True)


def start(record, arguments, environment, mark, user=None, directory="/"):
    """Starts a program in a session of its own, with its output appended to its log; `mark` is its fingerprint."""
    record.log.parent.mkdir(parents=True, exist_ok=True)
    with open(record.log, "ab") as log:
        identity = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        child = subprocess.Popen(
            [str(a) for a in arguments], env=environment, cwd=directory, stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, start_new_session=True, **identity)
    record.save(child.pid, mark)
    return child


def fingerprint(arguments, environment):
    """Changes when the program, its arguments or its settings change, so that `up` knows what to start anew. The rest of
    the environment (PATH …) is the caller's own affair."""
    program = pathlib.Path(arguments[0])
    facts = program.stat() if program.exists() else None
    settings = sorted((k, v) for k, v in environment.items() if k.startswith("CADENZA_"))
    told = [str(a) for a in arguments], settings, facts and (facts.st_size, facts.st_mtime_ns)
    return hashlib.sha256(repr(told).encode()).hexdigest()


def stop(record, with_signal=signal.SIGTERM, grace=20.0, tick=lambda: None):
    """Asks a process to end, waits, and after the grace ends it. True when it ended of its own accord."""
    pid, _ = record.load()
    if pid is None:
        record.forget()
        return True
    _send(pid, with_signal)
    deadline = time.monotonic() + grace
    while alive(pid, record):
        if time.monotonic() > deadline:
            _send(pid, signal.SIGKILL)
            record.forget()
            return False
        tick()
        time.sleep(0.05)
    record.forget()
    return True


def alive(pid, record):
    """Whether the recorded process lives; collects it first if it is our own child."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass
    return record.load()[0] == pid


def port_holder(port, patience=2.0):
    """`listener`, once it stays: the kernel closes a dead process's sockets a moment after the process is gone."""
    deadline = time.monotonic() + patience
    while (holder := listener(port)) and time.monotonic() < deadline and not holder.startswith("pid"):
        time.sleep(0.05)
    return holder


def listener(port):
    """Who listens on a TCP port of this machine, as "pid 12 (name)", as far as /proc tells us; nothing if nobody."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = pathlib.Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rsplit(":", 1)[1], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    if not inodes:
        return None
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(entry) in inodes for entry in (process / "fd").iterdir()):
                return f"pid {process.name} ({(process / 'comm').read_text().strip()})"
        except OSError:
            continue
    return "a process of another user"


def _send(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def _start_time(pid):
    """Clock ticks since boot, from the kernel; a zombie counts as ended."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = text[text.rindex(")") + 2:].split()
    return None if fields[0] == "Z" else int(fields[19])
