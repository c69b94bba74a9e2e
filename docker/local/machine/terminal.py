"""What the person at the terminal sees: one line a server, live on a terminal, plain in a log."""

import sys
import time

_live = sys.stdout.isatty()
_frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class Line:
    """The line of one server while it starts or stops."""

    def __init__(self, name, note=""):
        self.name = name
        self.began = time.monotonic()
        self._frame = 0
        self.tick(note)

    def tick(self, note=""):
        """Shows that the work goes on."""
        if _live:
            mark = _frames[self._frame % len(_frames)]
            self._frame += 1
            print(f"\r\033[K  {mark} {self.name:<14} {note}", end="", flush=True)

    def done(self, note):
        """Ends the line well."""
        self._end("✓", note)

    def failed(self, note):
        """Ends the line badly."""
        self._end("✗", note)

    def _end(self, mark, note):
        took = time.monotonic() - self.began
        spent = f" ({took:.1f} s)" if took >= 0.1 else ""
        print(f"{chr(13) + chr(27) + '[K' if _live else ''}  {mark} {self.name:<14} {note}{spent}", flush=True)


def say(text=""):
    """Prints a line."""
    print(text, flush=True)
