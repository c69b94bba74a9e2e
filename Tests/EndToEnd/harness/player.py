"""Plays a scenario of the conformance kit, or one of ours, through the public API of real services."""

import re
import time
import urllib.parse
import uuid

from . import yaml12
from .api import eventually
from .checks import Checks, moment
from .internet import HOSTS
from .pace import Pace
from .stubs import Stubs

ENDED = ("completed", "faulted", "cancelled")


class Missed(AssertionError):
    """The machine was too busy for what the scenario is about: it says nothing, and is to be played again."""


class Player:
    """One scenario in a tenant of its own. `restart` kills and starts what has to live through it."""

    def __init__(self, api, scenario, world):
        self.api, self.scenario, self.world = api, scenario, world
        self.pace = Pace(scenario)
        self.definitions, self.input, self.plan, self.stubs = [], {}, [], None
        self.id, self.sent, self.refusal, self.kills = None, set(), None, []
        self.steps = [(re.compile(p), document, action) for p, document, action in self._vocabulary() + Checks(self).vocabulary()]

    def unknown(self):
        """The first step that has no words here; None when all have."""
        return next((s for s in self.scenario.steps if self._find(s) is None), None)

    def play(self):
        """Runs the steps; an `AssertionError` says which one failed."""
        for step in self.scenario.steps:
            action, values = self._find(step)
            try:
                action(*values, *([step.document] if step.document is not None else []))
            except AssertionError as error:
                raise type(error)(f"{self.scenario}, line {step.line}: {step.text}: {error}") from None

    def _find(self, step):
        for pattern, document, action in self.steps:
            found = pattern.fullmatch(step.text)
            if found and document == (step.document is not None):
                return action, found.groups()
        return None

    def _vocabulary(self):
        return [
            (r"(?:a|another) workflow with definition:", True, self.add),
            (r"the workflow input is:", True, self.take_input),
            (r"the functions answer:", True, self.answer),
            (r"the functions answer in one process:", True, lambda text: None),
            (r"the secrets are:", True, lambda text: None),
            (r"the event is published after '(.+)':", True, lambda after, text: self.later(after, "publish", yaml12.read(text))),
            (r"the workflow is (cancel|suspend|resume)l?e?d after '(.+)'", False, lambda what, after: self.later(after, what)),
            (r"the engine is restarted after '(.+)'", False, lambda after: self.later(after, "kill")),
            (r"the engine is restarted at every step", False, lambda: self.plan.append((0.3, "restart", None))),
            (r"the workflow is registered", False, self.try_to_register),
            (r"the workflow is executed", False, self.execute),
            (r"the workflow is executed for '(.+)'", False, self.execute),
            (r"the schedule runs for '(.+)'", False, self.run_schedule),
        ]

    def document(self, text):
        """A document of the scenario, at its pace, about the servers of the test."""
        for host in HOSTS:
            text = text.replace(host, self.world.internet)
        return self.pace.shortened(yaml12.read(text))

    def add(self, text):
        """Keeps a definition."""
        self.definitions.append(self.document(text))

    def take_input(self, text):
        """Keeps the input."""
        self.input = self.document(text)

    def answer(self, text):
        """Starts the server that stands for the functions."""
        self.stubs = Stubs(text, self.pace)
        for rule in self.stubs.approvals:
            self.plan.append((self.pace.real(rule.get("delay", "PT0S")), "decide", rule["output"]))

    def later(self, after, what, event=None):
        """Plans something for a while after the start."""
        self.plan.append((self.pace.real(after), what, event))

    def register(self):
        """Registers all definitions, those that are used before those that use them."""
        for definition in reversed(self.definitions):
            definition = self.stubs.stand_in(definition) if self.stubs else definition
            status, _, answer = self.api.call("POST", "/v1/workflows", definition)
            if status == 422:
                self.refusal = answer
                return
            assert status in (200, 201, 202), f"not registered: {status} {answer}"
            eventually(lambda: self._is_registered(definition["document"]), 30, "the registration")

    def _is_registered(self, document):
        version = urllib.parse.quote(document["version"])
        shown = self.api.get(f"/v1/workflows/{document['namespace']}/{document['name']}?version={version}")
        return shown["status"] == "registered"

    def try_to_register(self):
        """Registers; whether that is refused is what the scenario is about."""
        self.definitions = [yaml12.read(s.document) for s in self.scenario.steps if "definition:" in s.text]
        self.register()

    def execute(self, limit=None):
        """Registers, starts, does what is planned, and waits for the end, or until the limit."""
        self.register()
        assert not self.refusal, f"refused: {self.refusal}"
        document = self.definitions[0]["document"]
        path = f"/v1/workflows/{document['namespace']}/{document['name']}/execute"
        status, _, answer = self.api.call("POST", path, {"input": self.input, "version": document["version"]})
        assert status == 202, f"not started: {status} {answer}"
        self.id = answer["id"]
        # What is published before it has begun is not for it.
        eventually(lambda: self.read()["status"] != "pending", 30, "the beginning")
        began = time.monotonic()
        self._follow_plan()
        if limit:
            time.sleep(max(0, began + self.pace.real(limit) - time.monotonic()))
        else:
            eventually(lambda: self.read()["status"] in ENDED, 90, f"the end of execution {self.id}")
            self._check_kills()

    def _check_kills(self):
        """What names a moment is killed while something is open; what is restarted at every step may be over at once."""
        if any(what == "kill" for _, what, _ in self.plan):
            ends = [one.get("endedAt") for one in self.api.pages("/v1/executions")]
            if None not in ends and min(self.kills) >= max(map(moment, ends)):
                raise Missed("all had ended before anything was killed")

    def run_schedule(self, limit):
        """Registers what starts by itself, and lets it run for a while."""
        self.register()
        assert not self.refusal, f"refused: {self.refusal}"
        began = time.monotonic()
        self._follow_plan()
        time.sleep(max(0, began + self.pace.real(limit) - time.monotonic()))

    def _follow_plan(self):
        began = time.monotonic()
        for after, what, event in sorted(self.plan, key=lambda item: item[0]):
            time.sleep(max(0, began + after - time.monotonic()))
            self._happen(what, event)

    def _happen(self, what, event):
        if what == "publish":
            self._publish(event)
        elif what in ("kill", "restart"):
            self.kills.append(self.world.restart())
        elif what == "decide":
            self._decide(event)
        else:
            body = None if what == "resume" else {"reason": "asked"}
            status, _, answer = self.api.call("POST", f"/v1/executions/{self.id}/{what}", body)
            assert status == 202, f"no {what}: {status} {answer}"

    def _publish(self, event):
        # In one process the execution is called so; here it has an id of its own.
        subject = {"subject": self.id} if event.get("subject") == "scenario" else {}
        # One correlation id, so one partition: order is promised within one only.
        together = {"correlationid": self.api.tenant}
        event = {"specversion": "1.0", "id": uuid.uuid4().hex, "source": "https://own.example", **together, **event, **subject}
        self.sent.add(event["id"])
        status, _, answer = self.api.call("POST", "/v1/events", event, {"Content-Type": "application/cloudevents+json"})
        assert status == 202, f"not taken: {status} {answer}"

    def _decide(self, answer):
        asked = eventually(lambda: list(self.api.pages("/v1/approvals?status=pending")), 30, "the question")[0]
        verb = {"approved": "approve", "rejected": "reject"}[answer["decision"]]
        decision = {"decision": verb, "comment": answer.get("comment", "")}
        status, _, answer = self.api.call("POST", f"/v1/approvals/{asked['id']}/decision", decision)
        assert status in (200, 201, 202), f"not decided: {status} {answer}"

    def read(self):
        """The execution as the gateway shows it."""
        return self.api.get(f"/v1/executions/{self.id}")
