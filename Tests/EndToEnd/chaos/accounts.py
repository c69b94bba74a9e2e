"""What became of everything that was submitted: each check gives a line for the table and what is wrong with it."""

import collections
import concurrent.futures
import time

from harness import load
from harness.api import eventually

from .orders import ENDED, MAILS, PAYMENTS, REFUSED

OPEN = {
    "open executions": "SELECT count(*) FROM orchestrator.executions", "timers": "SELECT count(*) FROM orchestrator.timers",
    "tasks asked for": "SELECT count(*) FROM orchestrator.tasks",
    "tasks of workers": "SELECT count(*) FROM agents.tasks WHERE status IN ('waiting', 'leased', 'suspended')",
    "approvals": "SELECT count(*) FROM approvals.approvals WHERE status = 'pending'"}
FAR = "SELECT count(*) FROM orchestrator.timers WHERE due > now() + interval '1 minute'"
SCHEMAS = ["gateway", "orchestrator", "agents", "approvals", "knowledge", "policy", "state"]


class Accounts:
    """Lines of the table as (name, value, complaint)."""

    def __init__(self, rig, orders, claims):
        self.rig, self.orders, self.claims = rig, orders, claims
        self.api, self.others, self.lines = orders.api, orders.others, []

    def line(self, name, value, complaint=""):
        """Notes one finding."""
        self.lines.append((name, value, complaint))

    def faults(self):
        """The lines that complain."""
        return [f"{name}: {complaint}" for name, _, complaint in self.lines if complaint]

    def catch_up(self):
        """Timers that a clock which was ahead has set are due when that clock says so: all orchestrators' go there."""
        found = self.rig.ask(FAR)
        if found not in ("", "0"):
            self.line("timers set by a clock that was ahead", f"{found}, fired by putting all orchestrators' clocks there")
            self.rig.set_clocks("orchestrator", 3700)

    def drain(self, patience, tick):
        """Waits, as long as something still ends now and then, until every order has ended or waits for a person."""
        seen, since = None, time.monotonic()
        while time.monotonic() - since < patience:
            executions = self._executions()
            left = [e["id"] for e in executions if e["status"] not in ENDED]
            waiting = {i["executionId"] for i in self.api.pages("/v1/incidents?status=open")}
            if waiting.issuperset(left) and len(executions) >= len(self.orders.accepted):
                break
            now = (len(left), len(executions), len(self.others.payments), len(self.others.mails))
            seen, since = now, time.monotonic() if now != seen else since
            tick(f"{len(left)} open, {len(waiting)} wait for a person")
            time.sleep(1)
        self.rig.set_clocks("orchestrator", 0)

    def causes(self):
        """Every open order names exactly one cause to go on."""
        left, strange = [e for e in self._executions() if e["status"] not in ENDED], []
        kinds = collections.Counter()
        for execution in left:
            why = self.api.get(f"/v1/executions/{execution['id']}/why")
            found = why.get("causes", [])
            kinds.update("incident" if c.get("incident") else c.get("kind", "?") for c in found)
            if len(found) != 1 or not found[0].get("incident"):
                strange.append((execution["id"], found))
        complaint = f"not one incident each: {strange[:3]}" if strange else ""
        self.line("open before a person decided", f"{len(left)} {dict(kinds) or ''}", complaint)

    def decide(self, patience):
        """A person decides what is in question; then all must have ended."""
        eventually(lambda: self.orders.decide(("done", "retry")) == 0 and self._all_ended(), patience, "the end of all orders")

    def settle(self):
        """All the rest, once nothing moves any more."""
        executions = self._executions()
        self._submissions(executions)
        self._endings(executions)
        self._effects()
        self._incidents()
        self._histories([e["id"] for e in executions])
        self._tables()
        self._claims()

    def _executions(self):
        return list(self.api.pages("/v1/executions?limit=200"))

    def _all_ended(self):
        return all(e["status"] in ENDED for e in self._executions())

    def _submissions(self, executions):
        orders, known = self.orders, {e["id"] for e in executions}
        self.line("orders submitted", f"{orders.submitted} in {orders.attempts} requests", "; ".join(orders.refused[:3]))
        accepted = set(orders.accepted.values())
        lost, unknown = accepted - known, known - accepted
        wrong = f"{len(lost)} lost {sorted(lost)[:3]}, {len(unknown)} more than were asked for {sorted(unknown)[:3]}"
        one_each = len(accepted) == orders.submitted - len(orders.refused)
        self.line("accepted", len(accepted), "" if not lost and not unknown and one_each else wrong)

    def _endings(self, executions):
        names = {execution: order for order, execution in self.orders.accepted.items()}
        wrong, kinds = [], collections.Counter(e["status"] for e in executions)
        for execution in executions:
            expected = "faulted" if names.get(execution["id"], "").endswith("9") else "completed"
            if execution["status"] != expected:
                wrong.append((execution["id"], execution["status"]))
            elif expected == "faulted" and (fault := self.api.get(f"/v1/executions/{execution['id']}")["fault"])["type"] != REFUSED:
                wrong.append((execution["id"], fault))
        self.line("ended", dict(kinds), f"{len(wrong)} otherwise than expected: {wrong[:3]}" if wrong else "")

    def _effects(self):
        orders, others = self.orders.accepted, self.others
        for name, steps, found in (("payments", PAYMENTS, others.payments), ("e-mails", MAILS, others.mails)):
            expected = {f"{order}/{step}" for order in orders for step in steps}
            wrong = {one: found.get(one, 0) for one in expected | set(found) if found.get(one, 0) != (one in expected)}
            more = f", {others.repeated} repeated with their key" if name == "payments" else ""
            complaint = f"{len(wrong)} wrong: {dict(list(wrong.items())[:5])}" if wrong else ""
            self.line(name, f"{sum(found.values())} for {len(expected)}{more}", complaint)

    def _incidents(self):
        found = list(self.api.pages("/v1/incidents"))
        left = [i["id"] for i in found if i["status"] != "decided"]
        how = collections.Counter(i.get("decision") or "open" for i in found)
        self.line("e-mails in question", f"{len(found)} {dict(how) or ''}", f"open: {left[:5]}" if left else "")

    def _histories(self, ids):
        def sound(execution):
            return self.api.get(f"/v1/executions/{execution}/verify").get("sound")
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            wrong = [i for i, good in zip(ids, pool.map(sound, ids)) if not good]
        self.line("histories verified", len(ids), f"unsound: {wrong[:5]}" if wrong else "")

    def _tables(self):
        for name, statement in OPEN.items():
            self._empty(f"left over: {name}", {"": statement})
        for name in ("outbox", "dead_letters"):
            self._empty(name, {f"{schema}.{name} ": f"SELECT count(*) FROM {schema}.{name}" for schema in SCHEMAS})

    def _empty(self, name, statements):
        """What these count must come to nothing, if not at once: rows are deleted in batches."""
        end = time.monotonic() + 30
        while (held := {t: c for t, s in statements.items() if (c := self.rig.ask(s)) != "0"}) and time.monotonic() < end:
            time.sleep(1)
        told = ", ".join(f"{table}{count}" for table, count in held.items())
        self.line(name, told or 0, "not empty" if held else "")

    def _claims(self):
        claims = self.claims
        faults = claims.faults + ([] if claims.rows else ["no claim has ended"])
        try:
            told = faults or load.account(claims, claims.rows)
        except AssertionError as error:
            faults, told = [str(error)], "wrong"
        self.line("claims", told if not faults else claims.count, "; ".join(faults[:3]))
