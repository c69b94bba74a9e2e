"""What `the functions answer` says, as an HTTP server: the calls that it stands for are posted there instead."""

import json
import subprocess
import threading
import time
import urllib.parse

from . import yaml12
from .web import serve


class Stubs:
    """Rules as `StubTable` of `Shared/Runner` reads them; `delay` is what the scenario's pace makes of it."""

    def __init__(self, text, pace):
        rules = yaml12.read(text)
        # People are asked by the service that asks people; see `Player`.
        self.approvals = [rule for rule in rules if rule.get("function") == "approval"]
        self.rules, self.pace = [rule for rule in rules if rule not in self.approvals], pace
        faults = [a["fault"] for r in self.rules for a in [r, *r.get("results", [])] if "fault" in a]
        for fault in faults:
            kind = fault if isinstance(fault, str) else fault.get("type")
            if kind != "communication":
                raise SystemError(f"a server cannot make a fault of type {kind}")
        self.lock, self.counts = threading.Lock(), {}
        self.address = serve(self._answer)

    def stand_in(self, definition):
        """The definition with the calls that a rule is about made into requests to this server."""
        return self._replaced(definition, "", (definition.get("use") or {}).get("functions") or {})

    def _replaced(self, node, name, own):
        if isinstance(node, list):
            return [self._replaced(item, name, own) for item in node]
        if not isinstance(node, dict):
            return node
        if isinstance(node.get("call"), str) and "with" in node and node["call"] not in own and self._concerns(name, node):
            function, place = urllib.parse.quote(node["call"], safe=""), urllib.parse.quote(name, safe="")
            asked = {"method": "post", "endpoint": f"{self.address}/{function}/{place}", "body": node["with"]}
            return {**node, "call": "http", "with": asked}
        return {key: self._replaced(value, key, own) for key, value in node.items()}

    def _concerns(self, name, task):
        return any(_fits(rule, name, task["call"]) for rule in self.rules)

    def _answer(self, request):
        function, name = request.parts
        with self.lock:
            delay, status, value = self._result(function, name, request.json())
        time.sleep(delay)
        return status, value

    def _result(self, function, name, arguments):
        for place, rule in enumerate(self.rules):
            if not _fits(rule, name, function) or "when" in rule and not jq(rule["when"], arguments, {}):
                continue
            number = self.counts[place] = self.counts.get(place, 0) + 1
            results = rule.get("results") or [rule]
            step = results[min(number, len(results)) - 1]
            delay = self.pace.real(step["delay"]) if "delay" in step else 0
            if "fault" in step:
                fault = step["fault"] if isinstance(step["fault"], dict) else {}
                return delay, fault.get("status", 500), {"message": "a stub's fault"}
            call = {"name": name, "function": function, "number": number}
            return delay, 200, filled(step.get("output"), arguments, call)
        return 0, 404, {"message": f"no rule for {name}"}


def _fits(rule, name, function):
    wanted = rule.get("function", function)
    rest = function.removeprefix(wanted)
    return rule.get("task", name) == name and function.startswith(wanted) and (not rest or rest[0] in ":@")


def filled(value, arguments, call):
    """The value with its expressions evaluated."""
    if isinstance(value, str) and value.startswith("${") and value.endswith("}"):
        return jq(value[2:-1], arguments, call)
    if isinstance(value, dict):
        return {key: filled(item, arguments, call) for key, item in value.items()}
    return [filled(item, arguments, call) for item in value] if isinstance(value, list) else value


def jq(program, value, call=None):
    """What the program gives for the value."""
    done = subprocess.run(
        ["jq", "-c", "--argjson", "call", json.dumps(call or {}), program], input=json.dumps(value), text=True,
        capture_output=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"jq {program}: {done.stderr}")
    return json.loads(done.stdout)
