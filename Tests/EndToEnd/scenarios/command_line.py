"""The program `cadenza` against the real gateway: each command that speaks with it, and what it says when it cannot."""

import json
import os
import pathlib
import subprocess
import tempfile

from harness.api import eventually
from harness.stack import ROOT, Stack, free_port

DONE, NEGATIVE, USAGE, UNFINISHED, REFUSED = range(5)
GREETING = """
document: { dsl: '1.0.3', namespace: tests, name: greeting, version: '1.0.0' }
do:
  - greet: { set: { greeting: '${ "Hello \\(.who)" }' } }
"""
FAILING = """
document: { dsl: '1.0.3', namespace: tests, name: failing, version: '1.0.0' }
do: [ { no: { raise: { error: { type: 'https://tests.example/no', status: 422, title: Refused } } } } ]
"""
WAITING = """
document: {{ dsl: '1.0.3', namespace: tests, name: waiting, version: '{version}' }}
do: [ {before} {{ pause: {{ wait: PT1H }} }} ]
"""


class Terminal:
    """Runs the program; every answer is (status, output, errors)."""

    def __init__(self, url, key, folder):
        self.url, self.key, self.folder = url, key, pathlib.Path(folder)

    def __call__(self, *arguments, **environment):
        given = {"PATH": os.environ["PATH"], "CADENZA_URL": self.url, "CADENZA_API_KEY": self.key, **environment}
        done = subprocess.run(
            [ROOT / ".build/debug/cadenza", *arguments], env=given, text=True, capture_output=True, timeout=60, check=False)
        return done.returncode, done.stdout.strip(), done.stderr.strip()

    def good(self, *arguments, status=DONE):
        """The output of a command that ends as expected."""
        found, output, errors = self(*arguments)
        assert found == status, f"cadenza {' '.join(arguments)}: {found}, not {status}\n{output}\n{errors}"
        return output

    def bad(self, status, words, *arguments, **environment):
        """A command that fails so, and says these words on the error output, and nothing else."""
        found, output, errors = self(*arguments, **environment)
        assert found == status and words in errors and not output, \
            f"cadenza {' '.join(arguments)}: {found}, not {status} with {words!r}\n{output}\n{errors}"

    def soon(self, words, *arguments):
        """The output of a command once it holds the words."""
        return eventually(lambda: [text for text in [self.good(*arguments)] if words in text], 30, words)[0]

    def file(self, name, text):
        """A file's path."""
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def ends(self, execution):
        """The status with which the execution has ended."""
        return eventually(lambda: [s for s in [self("status", execution)[0]] if s != UNFINISHED], 30, "the end")[0]


def run(options):
    """Runs, then refusals, then a gateway that is away."""
    with tempfile.TemporaryDirectory() as folder, Stack("command-line") as stack:
        cadenza = Terminal(stack.api, stack.key, folder)
        parts = [runs, failures, waits, migrations, refusals, usage]
        for part in parts:
            part(cadenza)
        stack.terminate("gateway")
        away(cadenza)
        return f"{', '.join(part.__name__ for part in parts)}, and a gateway that is away"


def runs(cadenza):
    """register, start, status, why, history of what completes."""
    path = cadenza.file("greeting.yaml", GREETING)
    for _ in range(2):  # the same version once more changes nothing
        assert cadenza.good("register", path) == "tests/greeting:1.0.0 registered"
    assert json.loads(cadenza.good("register", path, "--json"))["status"] == "registered"
    given = cadenza.file("input.yaml", "who: Ann")
    first = cadenza.good("start", "tests/greeting", "--input", f"@{given}", "--once", "k")
    assert cadenza.good("start", "tests/greeting", "--input", f"@{given}", "--once", "k") == first
    assert cadenza.ends(first) == DONE
    assert json.loads(cadenza.good("status", first)) == {"greeting": "Hello Ann"}
    shown = json.loads(cadenza.good("status", first, "--json"))
    assert shown["id"] == first and shown["workflow"] == {"namespace": "tests", "name": "greeting", "version": "1.0.0"}
    other = cadenza.good("start", "tests/greeting@1.0.0", "--input", '{"who":"Bob"}')
    assert other != first and cadenza.ends(other) == DONE
    assert cadenza.good("why", first).splitlines()[0] == "completed"
    lines = cadenza.soon("executionCompleted", "history", first)
    head, *rows = lines.splitlines()
    assert head.split() == ["#", "time", "event", "task", "run"], head
    assert [r.split()[0] for r in rows] == [str(n + 1) for n in range(len(rows))]
    greet = next(r.split() for r in rows if "taskCompleted" in r)
    assert greet[2:] == ["taskCompleted", "/do/0/greet", "1"], greet
    assert '"greeting":"Hello Ann"' in cadenza.good("history", first, "--wide")
    kinds = [e["kind"] for e in json.loads(cadenza.good("history", first, "--json"))]
    assert kinds[0] == "executionStarted" and kinds[-1] == "executionCompleted" and len(kinds) == len(rows)


def failures(cadenza):
    """What faults has the status of a no, and tells its fault."""
    cadenza.good("register", cadenza.file("failing.yaml", FAILING))
    execution = cadenza.good("start", "tests/failing")
    assert cadenza.ends(execution) == NEGATIVE
    cadenza.bad(NEGATIVE, '"title": "Refused"', "status", execution)
    assert cadenza.good("why", execution).splitlines()[0] == "faulted"


def waits(cadenza):
    """status, why and cancel of what waits."""
    cadenza.good("register", cadenza.file("waiting.yaml", WAITING.format(version="1.0.0", before="")))
    execution = cadenza.good("start", "tests/waiting")
    assert cadenza.soon("  timer", "why", execution).startswith("waiting\n  timer")
    cadenza.bad(UNFINISHED, "waiting", "status", execution)
    assert cadenza.good("cancel", execution, "--reason", "enough") == f"{execution} is asked to end"
    assert cadenza.ends(execution) == NEGATIVE
    assert "enough" in cadenza.soon("executionCancelled", "history", execution, "--wide")
    cadenza.bad(REFUSED, "GW0014", "cancel", execution)


def migrations(cadenza):
    """migrate plan, apply and status of a version whose task has moved."""
    moved = WAITING.format(version="1.1.0", before="{ note: { set: { a: 1 } } },")
    cadenza.good("register", cadenza.file("moved.yaml", moved))
    execution = cadenza.good("start", "tests/waiting@1.0.0")
    assert cadenza.soon("  timer", "why", execution).startswith("waiting\n  timer")
    plan = cadenza.good("migrate", "plan", "tests/waiting", "--from", "1.0.0", status=NEGATIVE)
    assert "planned: 1.0.0 to 1.1.0, 0 safe, 1 needsMapping, 0 impossible, 0 migrated" in plan, plan
    assert f"  {execution}  needsMapping\n    /do/0/pause: " in plan and plan.endswith("--map /do/0/pause=/do/1/pause"), plan
    done = cadenza.good("migrate", "apply", "tests/waiting", "--from", "1.0.0", "--suggested")
    assert f"  {execution}  migrated" in done and "done: 1.0.0 to 1.1.0" in done, done
    assert cadenza.good("migrate", "status", done.split()[0]) == done
    assert json.loads(cadenza.good("status", execution, "--json", status=UNFINISHED))["workflow"]["version"] == "1.1.0"
    cadenza.bad(REFUSED, "GW0010", "migrate", "plan", "tests/waiting", "--from", "1.0.0", "--to", "9.0.0")
    cadenza.good("cancel", execution)


def refusals(cadenza):
    """What the gateway refuses is told with its code, by the same status."""
    for workflow in ["tests/nobody", "tests/greeting@9.0.0"]:
        cadenza.bad(REFUSED, "GW0010", "start", workflow)
    for command in ["status", "why", "history", "cancel"]:
        cadenza.bad(REFUSED, "GW0010", command, "nobody")
    cadenza.bad(REFUSED, "GW0001", "status", "nobody", CADENZA_API_KEY="wrong")
    cadenza.bad(REFUSED, "GW0001", "status", "nobody", "--key", "wrong")
    changed = cadenza.file("changed.yaml", GREETING.replace("Hello", "Goodbye"))
    cadenza.bad(REFUSED, "GW0012", "register", changed)


def usage(cadenza):
    """Help, and what cannot be understood, never ask the gateway."""
    commands = ["register", "start", "status", "why", "history", "cancel", "migrate"]
    text = cadenza.good("--help")
    assert all(command in text for command in commands), text
    for command in commands:
        assert f"cadenza {command}" in cadenza.good(command, "--help")
    for wrong in ["status", "start greeting", "migrate plan tests/waiting", "cancel x --nothing", "nothing"]:
        cadenza.bad(USAGE, "", *wrong.split())
    cadenza.bad(USAGE, "nowhere.yaml", "register", "nowhere.yaml")
    faulty = cadenza.file("faulty.yaml", GREETING.replace("set:", "sett:"))
    found, _, errors = cadenza("register", faulty)
    assert found in (NEGATIVE, USAGE) and "/do/0/greet" in errors, (found, errors)


def away(cadenza):
    """Nobody listens."""
    for url in [cadenza.url, f"http://127.0.0.1:{free_port()}"]:
        for asked in ["status x", "start tests/greeting", "migrate plan tests/waiting --from 1.0.0"]:
            cadenza.bad(REFUSED, "", *asked.split(), "--url", url)
