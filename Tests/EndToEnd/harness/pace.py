"""Durations in scenarios, which may be days, brought down to what a test can wait for."""

import re

from . import yaml12


UNITS = {"weeks": 604800, "days": 86400, "hours": 3600, "minutes": 60, "seconds": 1, "milliseconds": 0.001}
TEXT = re.compile(r"P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
# Shorter ones are not seen beside what the services need themselves.
LONGEST, LONGEST_SCHEDULE = 10, 30


def seconds(value):
    """Of an ISO 8601 duration or an object of units; None when it is neither."""
    if isinstance(value, str) and (found := TEXT.fullmatch(value)):
        return sum(float(part or 0) * size for part, size in zip(found.groups(), (604800, 86400, 3600, 60, 1)))
    if isinstance(value, dict) and value and all(k in UNITS and isinstance(v, (int, float)) for k, v in value.items()):
        return sum(UNITS[key] * count for key, count in value.items())
    return None


class Pace:
    """One scenario's time: all its durations are made shorter by the same factor."""

    def __init__(self, scenario):
        documents = [yaml12.read(s.document) for s in scenario.steps if s.kind == "yaml"]
        keeps = any(_has_cron(document) for document in documents)
        span = _span(scenario, documents)
        self.factor = 1.0 if keeps else min(1.0, _longest(scenario) / max(span, 0.001))
        self.length = span * self.factor if any(" is executed" in s.text or " runs for" in s.text for s in scenario.steps) else 0

    def real(self, value):
        """Seconds to wait for what the scenario calls so."""
        found = seconds(value)
        if found is None:
            raise AssertionError(f"{value} is no duration")
        return found * self.factor

    def shortened(self, node):
        """The document with its durations brought down."""
        if self.factor == 1.0:
            return node
        found = seconds(node)
        if found is not None:
            return f"PT{found * self.factor:.3f}S" if isinstance(node, str) else {"milliseconds": round(found * self.factor * 1000)}
        if isinstance(node, dict):
            return {key: self.shortened(value) for key, value in node.items()}
        return [self.shortened(item) for item in node] if isinstance(node, list) else node


def _longest(scenario):
    return LONGEST_SCHEDULE if any("schedule runs" in s.text for s in scenario.steps) else LONGEST


def _span(scenario, documents):
    """How long the scenario takes: as it says itself, else as far as its plan reaches, else its longest duration."""
    def named(pattern):
        return [seconds(found[1]) for s in scenario.steps if (found := re.search(pattern + " '(P[^']+)'", s.text))]
    return max(named("should take") + named("(?:runs|is executed) for"), default=0) or max(named(" after"), default=0) or max(
        (d for document in documents for d in _all(document)), default=0)


def _all(node):
    found = seconds(node)
    if found is not None:
        return [found]
    parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return [d for part in parts for d in _all(part)]


def _has_cron(node):
    return isinstance(node, dict) and isinstance(node.get("schedule"), dict) and "cron" in node["schedule"]
