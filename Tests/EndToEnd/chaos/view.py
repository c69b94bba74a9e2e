"""What a person sees of a run: a bar, a log and a table."""

import pathlib
import sys
import threading
import time

WIDTH = 24


class View:
    """A bar that moves on a terminal and a line now and then elsewhere; the log has a line for all that was done."""

    def __init__(self, path, seconds):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.file, self.seconds = pathlib.Path(path), open(path, "w", encoding="utf8"), seconds
        self.began, self.shown, self.lock = time.monotonic(), -60.0, threading.Lock()

    def log(self, text):
        """A line with the time since the beginning and by the clock."""
        with self.lock:
            self.file.write(f"{time.monotonic() - self.began:8.1f} {time.strftime('%H:%M:%S')} {text}\n")
            self.file.flush()

    def show(self, note):
        """How far the run is, and what is going on."""
        spent = time.monotonic() - self.began
        done = min(WIDTH, int(WIDTH * spent / self.seconds))
        line = f"  {'█' * done}{'·' * (WIDTH - done)} {spent:4.0f} s  {note}"
        if sys.stdout.isatty():
            print(f"\r\033[K{line[:150]}", end="", flush=True)
        elif spent - self.shown >= 15:
            self.shown = spent
            print(line, flush=True)

    def table(self, lines):
        """The accounts, to the terminal and the log."""
        if sys.stdout.isatty():
            print("\r\033[K", end="")
        wide = max(len(name) for name, _, _ in lines)
        for name, value, complaint in lines:
            line = f"  {'✗' if complaint else '✓'} {name:<{wide}}  {value}{'  ' + complaint if complaint else ''}"
            print(line, flush=True)
            self.log(line)
