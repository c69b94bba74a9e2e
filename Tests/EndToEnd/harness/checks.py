"""What a scenario expects, looked up through the public API and on the topics."""

import datetime
import json
import re
import urllib.parse

from . import yaml12
from .api import eventually
from .stubs import jq
from .topics import INGRESS, LIFECYCLE

STATUS = {"complete": "completed", "fault": "faulted", "cancel": "cancelled"}
LAST = {"completed": "executionCompleted", "faulted": "executionFaulted", "cancelled": "executionCancelled"}
RUN_ENDS = ("taskCompleted", "taskFaulted", "taskCancelled")
# What the services may need beside the scenario's own time.
SLACK = 12


class Checks:
    """The steps that begin with `Then`. What takes a while to be seen is waited for."""

    def __init__(self, player):
        self.player, self.api = player, player.api

    def vocabulary(self):
        """Patterns, whether a document stands below, and what to do."""
        return [
            (r"the workflow should be (waiting|suspended)", False, self.stands),
            (r"the workflow should (complete|fault|cancel)", False, self.ended),
            (r"the workflow should (complete) with output:", True, self.ended_with_output),
            (r"the workflow should (fault) with error:", True, self.ended_with_error),
            (r"the workflow should take '(.+)'", False, self.takes),
            (r"the workflow output should have properties (.+)", False, self.has_properties),
            (r"the workflow output should have a '(.+)' property with value:", True, self.has_value),
            (r"the workflow output should have a '(.+)' property containing (\d+) items", False, self.has_items),
            (r"the definition should be refused at '(.+)' with:", True, self.refused),
            (r"the definition should be accepted", False, self.accepted),
            (r"the condition should hold:", True, self.holds),
            (r"the lifecycle events should be:", True, self.lifecycle_is),
            (r"(\d+) events of type '(.+)' should be published", False, self.published_number),
            (r"an event of type '(.+)' should be published with:", True, self.published_with),
            (r"(\d+) executions of '(.+)' should (complete|fault|cancel)", False, self.executions),
            (r"(\w+) should run (first|last)", False, self.runs_at),
            (r"(\w+) should run (before|after) (\w+)", False, self.runs_beside),
            (r"(\w+) should not run", False, lambda task: self.runs(task, "0")),
            (r"(\w+) should run (\d+) times", False, self.runs),
            (r"(\w+) should be requested (\d+) times", False, self.requested),
            (r"(\w+) should be requested with:", True, self.requested_with),
            (r"(\w+) should (complete|fault|cancel)", False, self.task_ended),
            (r"(\w+) should (complete) with output:", True, self.task_ended_with),
            (r"(\w+) should (fault) with error:", True, self.task_ended_with),
        ]

    # The execution

    def stands(self, how):
        """The execution is open."""
        eventually(lambda: self.player.read()["status"] == how, 10, f"that it is {how}")

    def ended(self, how):
        """The execution ended so."""
        found = self.player.read()
        assert found["status"] == STATUS[how], f"it is {found['status']}: {found.get('fault')}"
        return found

    def ended_with_output(self, how, text):
        """The execution completed with exactly this."""
        same(self.ended(how)["output"], self.player.document(text))

    def ended_with_error(self, how, text):
        """The execution faulted with at least these members."""
        included(self.ended(how).get("fault"), self.player.document(text))

    def takes(self, text):
        """From the first event to the last, at least as long, and not much longer."""
        history = self.history()
        wanted, found = self.player.pace.real(text), moment(history[-1]["time"]) - moment(history[0]["time"])
        # The clocks of two processes have their say, and rounding.
        slack = SLACK * (1 + 2 * len(self.player.kills))
        assert wanted - 0.1 <= found <= wanted + slack, f"it took {found:.2f} s instead of {wanted:.2f} s"

    def property(self, path):
        """What stands at a dotted path of the output."""
        output = value = self.player.read()["output"]
        for key in path.split("."):
            assert isinstance(value, dict) and key in value, f"there is no {path} in {output}"
            value = value[key]
        return value

    def has_properties(self, paths):
        """All of them are there."""
        for path in re.findall(r"'([^']+)'", paths):
            self.property(path)

    def has_value(self, path, text):
        """The property is exactly this."""
        same(self.property(path), self.player.document(text))

    def has_items(self, path, count):
        """The property has so many elements or members."""
        same(len(self.property(path)), int(count))

    def refused(self, pointer, text):
        """The definition has a fault there that says this."""
        refusal = self.player.refusal
        assert refusal, "it is accepted"
        found = [f for f in refusal.get("errors", []) if (f.get("pointer") or f.get("at")) == pointer]
        assert any(" ".join(text.split()) in json.dumps(f, ensure_ascii=False) for f in found), f"the faults are {refusal}"

    def accepted(self):
        """The definition is registered."""
        assert not self.player.refusal, f"it is refused: {self.player.refusal}"

    # Its history

    def history(self, execution=None):
        """All events of an execution that has ended, or of one that has not, so far."""
        one = execution or self.player.id

        def whole():
            status = self.api.get(f"/v1/executions/{one}")["status"]
            events = list(self.api.pages(f"/v1/executions/{one}/history?limit=1000"))
            return events if events and (status not in LAST or events[-1]["kind"] == LAST[status]) else None
        return eventually(whole, 30, f"the history of execution {one}")

    def of(self, task):
        """The events of a task, by its name."""
        return [e for e in self.history() if name(e.get("task")) == task]

    def order(self):
        """The names of the tasks that ran, in the order of their first event."""
        ran = [name(e["task"]) for e in self.history() if e.get("task") and e["kind"] not in ("taskSkipped", "timerSet")]
        return list(dict.fromkeys(ran))

    def runs_at(self, task, where):
        """The first or last task."""
        same(self.order()[0 if where == "first" else -1], task)

    def runs_beside(self, one, where, other):
        """One ran before or after the other."""
        order = self.order()
        first, second = (one, other) if where == "before" else (other, one)
        assert first in order and second in order and order.index(first) < order.index(second), f"the order is {order}"

    def runs(self, task, times):
        """So many runs of it ended."""
        same(len([e for e in self.of(task) if e["kind"] in RUN_ENDS]), int(times))

    def requested(self, task, times):
        """It was asked of others so often."""
        same(len([e for e in self.of(task) if e["kind"] == "taskRequested"]), int(times))

    def requested_with(self, task, text):
        """The last time it was asked for with at least these arguments."""
        asked = [e["body"]["request"]["arguments"] for e in self.of(task) if e["kind"] == "taskRequested"][-1]
        # A call that a stub stands for carries its own arguments in the body.
        stubbed = self.player.stubs and str(asked.get("endpoint", "")).startswith(self.player.stubs.address)
        included(asked["body"] if stubbed else asked, self.player.document(text))

    def task_ended(self, task, how):
        """A run of it ended so; the last one."""
        found = [e for e in self.of(task) if e["kind"] == f"task{STATUS[how].capitalize()}"]
        assert found, f"{task} had {[e['kind'] for e in self.of(task)]}"
        return found[-1]

    def task_ended_with(self, task, how, text):
        """Its last run ended with this."""
        found, wanted = self.task_ended(task, how)["body"], self.player.document(text)
        same(found["output"], wanted) if how == "complete" else included(found["fault"], wanted)

    # What else is seen

    def children(self, workflow):
        """All executions of a workflow of the scenario."""
        namespace = next(d["document"]["namespace"] for d in self.player.definitions if d["document"]["name"] == workflow)
        return list(self.api.pages(f"/v1/executions?workflow={urllib.parse.quote(f'{namespace}/{workflow}')}"))

    def executions(self, count, workflow, how):
        """So many executions of it ended so."""
        def there():
            found = [e["status"] for e in self.children(workflow)]
            assert found.count(STATUS[how]) >= int(count), f"they are {found}"
            return found
        same(eventually(there, 15, f"{count} executions").count(STATUS[how]), int(count))

    def published(self):
        """The events that executions emitted."""
        events = self.player.world.topics.events(INGRESS, self.api.tenant)
        return [e for e in events if e["id"] not in self.player.sent]

    def published_number(self, count, kind):
        """So many of that type."""
        def found():
            return [e for e in self.published() if e["type"] == kind]
        eventually(lambda: len(found()) >= int(count), 10, f"{count} events of type {kind}")
        same(len(found()), int(count))

    def published_with(self, kind, text):
        """The last one of that type has at least these members."""
        found = eventually(lambda: [e for e in self.published() if e["type"] == kind], 10, f"an event of type {kind}")
        included(found[-1], self.player.document(text))

    def lifecycle_is(self, text):
        """The execution's lifecycle events, in their order."""
        wanted = yaml12.read(text)

        def told():
            events = self.player.world.topics.events(LIFECYCLE, self.api.tenant)
            return [short(e) for e in events if e.get("executionid", e.get("subject")) == self.player.id]
        eventually(lambda: len(told()) >= len(wanted), 10, f"{len(wanted)} events, not {told()}")
        same(told(), wanted)

    def holds(self, text):
        """The condition, asked of the same view that a run in one process gives."""
        def view():
            own = self.summary(self.player.id) if self.player.id else {}
            others = [e["id"] for e in self.api.pages("/v1/executions") if e["id"] != self.player.id]
            return own | {"executions": [self.summary(id) for id in reversed(others)], "published": self.published()}
        seen = {}

        def true():
            seen.update(view())
            return jq(text, seen) is True
        try:
            eventually(true, 10, "it")
        except AssertionError:
            raise AssertionError(f"it does not hold for {json.dumps(seen)[:2000]}") from None

    def summary(self, execution):
        """What a condition sees of an execution."""
        found, events = self.api.get(f"/v1/executions/{execution}"), self.history(execution)
        workflow = found["workflow"]
        return {
            **{key: found.get(key) for key in ("id", "status", "input", "output", "fault")}, "events": events,
            "definition": f"{workflow['namespace']}/{workflow['name']}:{workflow.get('version', '')}",
            "seconds": (moment(events[-1]["time"]) - moment(events[0]["time"])) / self.player.pace.factor}


def name(pointer):
    """Of the task that a pointer points to."""
    return (pointer or "").rsplit("/", 1)[-1]


def moment(text):
    """A time in seconds."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def short(event):
    """`task.started one`, `workflow.completed`."""
    kind = re.fullmatch(r"io\.serverlessworkflow\.(.+)\.v1", event["type"])[1]
    return f"{kind} {name(event['data']['task'])}" if kind.startswith("task.") else kind


def same(found, wanted):
    """Both are alike."""
    assert found == wanted, f"{json.dumps(found)} is not {json.dumps(wanted)}"


def included(found, wanted):
    """Every member that is wanted is there and alike; there may be more."""
    def within(value, expected):
        if not isinstance(expected, dict):
            return value == expected
        return isinstance(value, dict) and all(key in value and within(value[key], e) for key, e in expected.items())
    assert within(found, wanted), f"{json.dumps(found)} does not have {json.dumps(wanted)}"
