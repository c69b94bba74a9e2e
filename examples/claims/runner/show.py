"""What the person at the terminal sees: a bar while it runs, a table at the end."""

import sys

_live = sys.stderr.isatty()


class Bar:
    """One line that fills."""

    def __init__(self, title, total):
        self.title, self.total, self.told = title, total, -1

    def show(self, done, note=""):
        """Draws the bar; on something else than a terminal a line at each quarter."""
        if _live:
            width = 30
            filled = width * done // max(self.total, 1)
            bar = "█" * filled + "░" * (width - filled)
            print(f"\r\033[K  {self.title:<10} {bar} {done}/{self.total} {note}", end="", file=sys.stderr, flush=True)
        elif done * 4 // max(self.total, 1) > self.told:
            self.told = done * 4 // max(self.total, 1)
            print(f"  {self.title:<10} {done}/{self.total} {note}", file=sys.stderr, flush=True)

    def end(self):
        """Leaves the line."""
        if _live:
            print(file=sys.stderr)


def table(rows):
    """The claims: (claim, verdict, confidence, reviewed, seconds, note)."""
    heads = ("claim", "verdict", "confidence", "reviewed", "time", "")
    cells = [heads] + [
        (r["claim"], r["verdict"], r["confidence"], r["reviewed"], f"{r['seconds']:.2f} s", r["note"]) for r in rows]
    cells = [[str(c) for c in row] for row in cells]
    widths = [max(len(row[i]) for row in cells) for i in range(len(heads))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths)).rstrip() for row in cells]
    lines.insert(1, "  ".join("─" * w for w in widths[:-1]))
    return "\n".join(lines)
