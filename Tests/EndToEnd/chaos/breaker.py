"""Breaks what the plan says when it says so, and heals it again."""

import collections
import os
import signal
import threading
import time


class Breaker:
    """Plays a plan against a rig. `now` is what is broken at the moment; `log` is told all that is done."""

    def __init__(self, rig, supervisor, log):
        self.rig, self.supervisor, self.log = rig, supervisor, log
        self.now, self.counts, self.failures = [], collections.Counter(), []
        self.locks, self.room = collections.defaultdict(threading.Lock), threading.Semaphore(2)

    def run(self, faults, until):
        """Plays the faults that begin before `until` (seconds), two at a time at most; returns when all is healed."""
        began, threads = time.monotonic(), []
        for fault in faults:
            time.sleep(max(0, began + fault.start - time.monotonic()))
            self.room.acquire()
            if time.monotonic() - began > until:
                self.room.release()
                break
            threads.append(threading.Thread(target=self._play, args=(fault,), daemon=True))
            threads[-1].start()
        for thread in threads:
            thread.join()

    def _play(self, fault):
        """One fault from its beginning to its end."""
        locks = [self.locks[target] for target in sorted(fault.targets)]
        for lock in locks:
            lock.acquire()
        self.now.append(str(fault))
        self.log(f"breaks {fault} for {fault.hold} s")
        heal = lambda: None
        try:
            heal = self._break(fault)
            self.counts[fault.kind] += 1
            time.sleep(fault.hold)
        except (OSError, AssertionError, ValueError) as error:
            self._failed(fault, error)
        try:
            heal()
            self.log(f"healed {fault}")
        except (OSError, AssertionError, ValueError) as error:
            self._failed(f"healing of {fault}", error)
        self.now.remove(str(fault))
        for lock in locks:
            lock.release()
        self.room.release()

    def _failed(self, what, error):
        self.failures.append(f"{what}: {error!r}")
        self.log(f"failed: {self.failures[-1]}")

    def _break(self, fault):
        """Does it, and gives what undoes it."""
        part, _, end = fault.targets[0].partition("/")
        if end == "clock":
            self.rig.links.set_clock(part, fault.detail["seconds"])
            return lambda: self.rig.links.set_clock(part, 0)
        if end:
            return self._spoil(fault)
        if fault.kind == "full":
            self.rig.fill()
            return self.rig.empty
        if fault.kind == "kill":
            self.supervisor.hold(part)
            _signal([self.rig.pid(part)], signal.SIGKILL)
            return lambda: self.supervisor.release(part)
        if fault.kind == "kill-backend":
            _signal(self.rig.backends()[1:][-1:], signal.SIGKILL)
            self.supervisor.killed.add("postgres")
            return lambda: None
        pids = self._frozen(part, fault)
        _signal(pids, signal.SIGSTOP)
        return lambda: _signal(pids, signal.SIGCONT)

    def _spoil(self, fault):
        def all_links(**mode):
            for link in fault.targets:
                self.rig.links.spoil(link, **mode)
        all_links(mode=fault.kind, **fault.detail)
        return lambda: all_links(mode="pass")

    def _frozen(self, part, fault):
        """The processes to stop: one, or Postgres' all, or some of those that serve connections."""
        if part != "postgres":
            return [self.rig.pid(part)]
        backends = self.rig.backends()
        return backends if fault.kind == "freeze" else backends[1:][-max(1, int(len(backends) * fault.detail["share"])):]


def _signal(pids, number):
    """To those that live."""
    for pid in filter(None, pids):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass
