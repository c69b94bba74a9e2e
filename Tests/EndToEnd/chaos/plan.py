"""What is broken when: drawn from a seed, so that the same seed breaks the same things at the same moments."""

import dataclasses
import random

from harness.links import SERVERS
from harness.stack import SERVICES

# Two of them, so that partitions and leases move to another one which may be wrong about the first.
SCALE = ("orchestrator=2", "agent-worker=2")
PARTS = SERVICES + ["orchestrator-2", "agent-worker-2"]
BELOW = ["local-broker", "postgres", "redis"]
# Of each kind: how likely it is, and for how many seconds it holds.
KINDS = {
    "delay": (3, 5, 20), "throttle": (1, 5, 15), "cut": (3, 1, 12), "half-open": (4, 4, 35), "freeze": (5, 2, 25),
    "kill": (5, 0, 8), "freeze-backends": (2, 2, 15), "kill-backend": (2, 1, 1), "full": (1, 4, 12), "clock": (4, 10, 40)}
QUICK = ["half-open", "cut", "delay", "freeze", "kill"]


@dataclasses.dataclass(frozen=True)
class Fault:
    """One fault: its kind, what it befalls, from when (seconds) and for how long, and what else belongs to it."""

    kind: str
    targets: tuple
    start: float
    hold: float
    detail: dict = dataclasses.field(default_factory=dict, hash=False)

    def __str__(self):
        told = " ".join(f"{k}={v}" for k, v in self.detail.items())
        few = self.targets[0] if len(self.targets) == 1 else f"*/{self.targets[0].split('/')[1]}"
        return f"{self.kind} {few}{' ' if told else ''}{told}"


def draw(seed, seconds, kinds=frozenset(KINDS)):
    """The faults of a run in their order: at most two at a time, never two on the same thing."""
    dice, lanes = random.Random(seed), [[], []]
    ends = [dice.uniform(1, 4), dice.uniform(6, 12)]
    while min(ends) < seconds:
        lane = ends.index(min(ends))
        kind = dice.choices(sorted(kinds), [KINDS[k][0] for k in sorted(kinds)])[0]
        hold = round(dice.triangular(*KINDS[kind][1:], KINDS[kind][1]), 1)
        taken = {t for f in lanes[1 - lane] if f.start - 2 < ends[lane] + hold and ends[lane] < f.start + f.hold + 2 for t in f.targets}
        fault = one(dice, kind, round(ends[lane], 1), hold)
        if taken.isdisjoint(fault.targets):
            lanes[lane].append(fault)
            ends[lane] += hold + dice.uniform(2, 8)
    return sorted(lanes[0] + lanes[1], key=lambda f: f.start)


def quick(seed):
    """One fault after another, one of each kind that needs no rights and no luck."""
    dice, start, faults = random.Random(seed), 1.0, []
    for kind in dice.sample(QUICK, len(QUICK)):
        faults.append(one(dice, kind, start, 3.0))
        start += 4.0
    return faults


def one(dice, kind, start, hold):
    """A fault of this kind."""
    if kind in ("delay", "throttle", "cut", "half-open"):
        return Fault(kind, links(dice), start, hold, mode(dice, kind))
    if kind == "clock":
        step = dice.choice([-1, 1]) * dice.choice([30, 60, 300, 1800, 3600])
        return Fault(kind, (dice.choice(PARTS) + "/clock",), start, hold, {"seconds": step})
    if kind in ("freeze", "kill"):
        return Fault(kind, (dice.choice(PARTS + BELOW),), start, hold)
    detail = {"share": round(dice.uniform(0.1, 0.6), 2)} if kind == "freeze-backends" else {}
    return Fault(kind, ("postgres",), start, hold, detail)


def links(dice):
    """One link, or now and then all links of a server."""
    server = dice.choice(sorted(SERVERS))
    parts = PARTS if dice.random() < 0.2 else [dice.choice(PARTS)]
    return tuple(f"{part}/{server}" for part in parts)


def mode(dice, kind):
    """What the proxy is to be told beside the kind."""
    if kind == "delay":
        return {"seconds": round(dice.uniform(0.02, 0.4), 3), "jitter": round(dice.uniform(0, 0.4), 3)}
    if kind == "throttle":
        return {"rate": dice.choice([20_000, 100_000])}
    return {"toward": dice.choice(["server", "client", "both"])} if kind == "half-open" else {}
