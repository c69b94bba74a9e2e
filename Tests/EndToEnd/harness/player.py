"""Plays a scenario of the conformance kit through the public API of real services."""

import datetime
import re
import threading
import time
import uuid

import yaml

from .api import eventually

ENDED = ("completed", "faulted", "cancelled")
HOSTS = ("https://petstore.swagger.io", "https://httpbin.org")


def duration(text):
    """Seconds of an ISO 8601 duration in days and below."""
    found = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", text)
    if not found:
        raise AssertionError(f"{text} is no duration")
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return datetime.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds).total_seconds()


class Player:
    """One scenario. Its definitions get a namespace of their own, because versions are immutable and names collide."""

    def __init__(self, api, stub, restart):
        self.api, self.stub, self.restart = api, stub, restart
        self.namespace = f"kit-{uuid.uuid4().hex[:12]}"
        self.definitions, self.input, self.plan, self.restarts = [], {}, [], False
        self.execution = None
        self.steps = [(re.compile(pattern), document, action) for pattern, document, action in self._vocabulary()]

    def knows(self, scenario):
        """The first step that has no words here; None when all have."""
        return next((s for s in scenario.steps if self._find(s) is None), None)

    def play(self, scenario):
        """Runs the steps; an `AssertionError` says which one failed."""
        for step in scenario.steps:
            action, values = self._find(step)
            try:
                action(*values, *([step.document] if step.document is not None else []))
            except AssertionError as error:
                raise AssertionError(f"{scenario}, line {step.line}: {step.text}: {error}") from None

    def _find(self, step):
        for pattern, document, action in self.steps:
            found = pattern.fullmatch(step.text)
            if found and document == (step.document is not None):
                return action, found.groups()
        return None

    def _vocabulary(self):
        return [
            (r"a workflow with definition:", True, self.add),
            (r"another workflow with definition:", True, self.add),
            (r"the workflow input is:", True, self.take_input),
            # Stubs are for the kits in one process; the services answer by themselves.
            (r"the functions answer:", True, lambda text: None),
            (r"the event is published after '(.+)':", True, lambda after, text: self.later(after, "event", yaml.safe_load(text))),
            (r"the workflow is (cancel|suspend|resume)(?:l?ed|d) after '(.+)'", False, lambda what, after: self.later(after, what)),
            (r"the engine is restarted at every step", False, self.with_restarts),
            (r"the workflow is executed", False, self.execute),
            (r"the workflow should (complete|fault|cancel)", False, self.ended),
            (r"the workflow should (complete) with output:", True, self.ended_with_output),
            (r"the workflow should (fault) with error:", True, self.ended_with_error),
            (r"the workflow output should have properties (.+)", False, self.has_properties),
            (r"the workflow output should have a '(.+)' property with value:", True, self.has_value),
            (r"the workflow output should have a '(.+)' property containing (\d+) items", False, self.has_items),
            (r"(\w+) should run (first|last)", False, self.runs_at),
            (r"(\w+) should run (before|after) (\w+)", False, self.runs_beside),
            (r"(\w+) should not run", False, lambda task: self.runs(task, "0")),
            (r"(\w+) should run (\d+) times", False, self.runs),
            (r"(\w+) should (complete|fault|cancel)", False, self.task_ended),
        ]

    def add(self, text):
        """Keeps a definition, moved to the scenario's namespace and to the stub's address."""
        for host in HOSTS:
            text = text.replace(host, self.stub)
        document = yaml.safe_load(text)
        document["document"]["namespace"] = self.namespace
        self.definitions.append(moved(document, self.namespace))

    def take_input(self, text):
        """Keeps the input."""
        self.input = yaml.safe_load(text)

    def later(self, after, what, event=None):
        """Plans something for a while after the start."""
        self.plan.append((duration(after), what, event))

    def with_restarts(self):
        """The orchestrator is killed and started while the execution runs."""
        self.restarts = True

    def execute(self):
        """Registers, starts, does what is planned, and waits for the end."""
        for definition in self.definitions:
            status, _, answer = self.api.call("POST", "/v1/workflows", definition)
            assert status in (200, 201, 202), f"not registered: {status} {answer}"
        for definition in reversed(self.definitions):
            self._await_registration(definition["document"]["name"])
        path = f"/v1/workflows/{self.namespace}/{self.definitions[0]['document']['name']}/execute"
        status, _, answer = self.api.call("POST", path, {"input": self.input})
        assert status == 202, f"not started: {status} {answer}"
        self.id = answer["id"]
        timers = [threading.Timer(after, self._happen, (what, event)) for after, what, event in self.plan]
        for timer in timers:
            timer.start()
        if self.restarts:
            self.restart()
        for timer in timers:
            timer.join()
        eventually(lambda: self._read()["status"] in ENDED, 60, f"the end of execution {self.id}")
        self.execution = self._read()
        self.history = eventually(self._whole_history, 30, f"the history of execution {self.id}")

    def _await_registration(self, name):
        def registered():
            versions = self.api.get(f"/v1/workflows/{self.namespace}/{name}")
            states = {v["status"] for v in versions.get("versions", [versions])}
            if "rejected" in states:
                raise SystemError(f"{name} was rejected: {versions}")
            return states == {"registered"}
        eventually(registered, 30, f"registration of {name}")

    def _happen(self, what, event):
        if what == "event":
            event = {"specversion": "1.0", "id": uuid.uuid4().hex, "source": "https://kit.example", **event}
            headers = {"Content-Type": "application/cloudevents+json"}
            self.api.call("POST", "/v1/events", event, headers)
        else:
            self.api.call("POST", f"/v1/executions/{self.id}/{what}", {"reason": "asked"})

    def _read(self):
        return self.api.get(f"/v1/executions/{self.id}")

    def _whole_history(self):
        events = list(self.api.pages(f"/v1/executions/{self.id}/history?limit=1000"))
        kinds = {"completed": "executionCompleted", "faulted": "executionFaulted", "cancelled": "executionCancelled"}
        return events if events and events[-1]["kind"] == kinds[self.execution["status"]] else None

    def ended(self, how):
        """The execution ended so."""
        wanted = {"complete": "completed", "fault": "faulted", "cancel": "cancelled"}[how]
        assert self.execution["status"] == wanted, f"it is {self.execution['status']}: {self.execution.get('fault')}"

    def ended_with_output(self, how, text):
        """The execution completed with exactly this."""
        self.ended(how)
        wanted, found = yaml.safe_load(text), self.execution["output"]
        assert found == wanted, f"{found} is not {wanted}"

    def ended_with_error(self, how, text):
        """The execution faulted with at least these members."""
        self.ended(how)
        wanted, found = yaml.safe_load(text), self.execution.get("fault") or {}
        assert all(found.get(key) == value for key, value in wanted.items()), f"{found} is not {wanted}"

    def property(self, path):
        """What stands at a dotted path of the output."""
        value = self.execution["output"]
        for key in path.split("."):
            assert isinstance(value, dict) and key in value, f"there is no {path} in {self.execution['output']}"
            value = value[key]
        return value

    def has_properties(self, paths):
        """All of them are there."""
        for path in re.findall(r"'([^']+)'", paths):
            self.property(path)

    def has_value(self, path, text):
        """The property is exactly this."""
        wanted, found = yaml.safe_load(text), self.property(path)
        assert found == wanted, f"{found} is not {wanted}"

    def has_items(self, path, count):
        """The property has so many elements or members."""
        assert len(self.property(path)) == int(count), f"{self.property(path)}"

    def order(self):
        """The names of the tasks that ran, in the order of their first event."""
        names = []
        for event in self.history:
            pointer = event.get("task")
            if pointer and event["kind"] not in ("taskSkipped", "timerSet"):
                name = pointer.rsplit("/", 1)[-1]
                if name not in names:
                    names.append(name)
        return names

    def runs_at(self, task, where):
        """The first or last task."""
        order = self.order()
        assert order[0 if where == "first" else -1] == task, f"the order is {order}"

    def runs_beside(self, one, where, other):
        """One ran before or after the other."""
        order = self.order()
        first, second = (one, other) if where == "before" else (other, one)
        assert first in order and second in order and order.index(first) < order.index(second), f"the order is {order}"

    def runs(self, task, times):
        """So many runs of it ended."""
        ends = {e.get("taskId") for e in self._of(task) if e["kind"] in ("taskCompleted", "taskFaulted", "taskCancelled")}
        assert len(ends) == int(times), f"{task} ran {len(ends)} times"

    def task_ended(self, task, how):
        """A run of it ended so."""
        wanted = {"complete": "taskCompleted", "fault": "taskFaulted", "cancel": "taskCancelled"}[how]
        kinds = [e["kind"] for e in self._of(task)]
        assert wanted in kinds, f"{task} had {kinds}"

    def _of(self, task):
        return [e for e in self.history if (e.get("task") or "").rsplit("/", 1)[-1] == task]


def moved(node, namespace):
    """The definition with the workflows that it runs taken from `namespace`."""
    if isinstance(node, list):
        return [moved(item, namespace) for item in node]
    if not isinstance(node, dict):
        return node
    result = {key: moved(value, namespace) for key, value in node.items()}
    run = result.get("run")
    if isinstance(run, dict) and isinstance(run.get("workflow"), dict):
        run["workflow"]["namespace"] = namespace
    return result


def pause_for(stack, part):
    """Kills a part at once and starts it again, while what it was about stands open."""
    time.sleep(0.3)
    stack.kill(part)
    stack.up(part)
