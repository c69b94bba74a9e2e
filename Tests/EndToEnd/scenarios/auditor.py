"""An adversary deletes what executions live by, straight in the tables: all of it comes back, or a person is told."""

import http.client
import json
import os
import random
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from harness.api import API, eventually
from harness.counterparts import Counterparts
from harness.database import ask, role_url
from harness.stack import Stack

WITHIN = 60
KINDS = ["timer", "event", "person", "task"]


def run(options):
    """Damages a share of open executions of all kinds, and counts what becomes of each."""
    count, share, rest = (20_000, 0.01, 900) if options.full else (600, 0.05, 75)
    seed = int(os.environ.get("CADENZA_SEED", random.randrange(1 << 30)))
    print(f"  seed {seed}", flush=True)
    others = Gate()
    settings = {"CADENZA_HTTP_TIMEOUT": "PT20M", "CADENZA_WORKER_BACKLOG": "100000", "CADENZA_GATEWAY_RATE": "5000"}
    if not options.full:
        settings |= {"CADENZA_AUDIT_INTERVAL": "PT5S", "CADENZA_AUDIT_PATIENCE": "PT5S"}
    try:
        with Stack("auditor", (), settings) as stack:
            play = Play(stack, others, random.Random(seed), count, rest)
            play.open()
            slowest = play.why()
            play.damage(round(count * share))
            late = play.await_repairs()
            play.end()
            return f"{play.account()}; the last after {late:.0f} s; why: p99 {slowest:.0f} ms"
    finally:
        others.close()


class Gate(Counterparts):
    """Payments that are not answered before the gate is open."""

    def __init__(self):
        super().__init__(0)
        self.gate = threading.Event()

    def take(self, path, order, key):
        """Waits at the gate, then counts."""
        self.gate.wait()
        super().take(path, order, key)


class Play:
    """Executions that wait for all kinds of things, and what is done to them."""

    def __init__(self, stack, others, dice, count, rest):
        self.stack, self.others, self.dice, self.count = stack, others, dice, count
        self.api = API(stack.api, stack.key)
        self.urls = {name: role_url(pid) for name, pid in stack.parts().items() if name in ("gateway", "orchestrator", "agent-worker", "approvals")}
        self.rest, self.began = rest, time.monotonic()
        self.ids, self.damaged, self.repaired = {}, {}, {}

    def sql(self, service, statement):
        """The rows of a statement as the role of a service, each a list of texts."""
        done = ask(self.urls[service], statement)
        if done.returncode != 0:
            raise AssertionError(f"{statement}: {done.stderr}")
        rows = [line.split("|") for line in done.stdout.splitlines()]
        return rows[:-1] if rows and rows[-1][0].startswith(("DELETE", "UPDATE")) else rows

    # What is damaged

    def open(self):
        """Starts the executions and waits until each waits."""
        pay = {"pay": {"call": "http", "with": {
            "method": "post", "endpoint": self.others.url + "/pay", "body": {"order": "${ .order }"}}}}
        steps = {
            "timer": [{"rest": {"wait": {"seconds": self.rest}}}, pay],
            "event": [{"hear": {"listen": {"to": {"one": {"with": {"type": "test.go"}}}}}}],
            "person": [{"review": {"call": "approval:1.0.0@default", "with": {"title": "Go on?", "sla": "PT6H"}}}],
            "task": [pay],
            "brief": [{"rest": {"wait": {"seconds": 8}}}, pay],
            "last": [{"rest": {"wait": {"seconds": 8}}}, {"say": {"set": {"done": True}}}],
        }
        for name, do in steps.items():
            head = {"dsl": "1.0.3", "namespace": "test", "name": name, "version": "1.0.0"}
            status, _, answer = self.api.call("POST", "/v1/workflows", {"document": head, "do": do})
            assert status == 201, answer
        with ThreadPoolExecutor(8) as pool:
            started = pool.map(lambda n: (KINDS[n % 4], self.start(KINDS[n % 4], n)), range(self.count))
        for kind, one in started:
            self.ids.setdefault(kind, []).append(one)
        wanted = str(self.count)

        def waiting():
            rows = self.sql("gateway", "SELECT count(*) FROM gateway.executions WHERE sequence > 0 AND ended_at IS NULL")
            return rows[0][0] == wanted
        eventually(waiting, 60 + self.count / 50, "all executions wait")
        tasks = str(len(self.ids["task"]))
        eventually(
            lambda: self.sql("agent-worker", "SELECT count(*) FROM agents.tasks")[0][0] == tasks
            and self.sql("approvals", "SELECT count(*) FROM approvals.approvals")[0][0] == str(len(self.ids["person"])),
            60 + self.count / 50, "all requests have arrived")

    def start(self, kind, number):
        """The id of a new execution."""
        status, _, answer = self.api.call("POST", f"/v1/workflows/test/{kind}/execute", {"input": {"order": f"{kind}-{number}"}})
        assert status == 202, answer
        return answer["id"]

    def why(self):
        """Asks for the cause of every open execution; the 99th percentile of the time in milliseconds."""
        expected = {"timer": "timer", "event": "event", "person": "approval", "task": "task"}
        todo = [(kind, one) for kind in KINDS for one in self.ids[kind]]
        self.dice.shuffle(todo)

        def walk(part):
            connection, times = http.client.HTTPConnection(self.api.host, timeout=30), []
            for kind, one in part:
                began = time.perf_counter()
                connection.request("GET", f"/v1/executions/{one}/why", headers={"Authorization": f"Bearer {self.api.key}"})
                answer = json.loads(connection.getresponse().read())
                times.append((time.perf_counter() - began) * 1000)
                assert answer["cause"]["kind"] == expected[kind] and len(answer["causes"]) == 1, answer
            return times
        with ThreadPoolExecutor(2) as pool:
            times = [t for part in pool.map(walk, [todo[0::2], todo[1::2]]) for t in part]
        p99 = statistics.quantiles(times, n=100)[98]
        print(f"  why of {len(times)} executions: p50 {statistics.median(times):.1f} ms, p99 {p99:.1f} ms", flush=True)
        assert p99 < 50, f"why takes {p99} ms"
        return p99

    def damage(self, count):
        """Takes away a part of what the executions live by, each in its own way; then what was told is lost."""
        each = max(1, count // 9)
        chosen = {kind: self.dice.sample(self.ids[kind], min(len(self.ids[kind]), 4 * each)) for kind in KINDS}
        busy = {i for (i,) in self.sql("agent-worker", "SELECT execution_id FROM agents.tasks WHERE status <> 'waiting'")}
        waiting = [i for i in chosen["task"] + self.ids["task"] if i not in busy]
        waiting = list(dict.fromkeys(waiting))
        self.strike("orchestrator", "timer deleted", chosen["timer"][:each], "DELETE FROM orchestrator.timers WHERE execution_id {}")
        self.strike("orchestrator", "timer moved", chosen["timer"][each:2 * each], "UPDATE orchestrator.timers SET due = due + interval '1 day' WHERE execution_id {}")
        self.strike("orchestrator", "subscription deleted", chosen["event"][:each], "DELETE FROM orchestrator.subscriptions WHERE execution_id {}")
        self.strike("orchestrator", "task's row deleted", waiting[:each], "DELETE FROM orchestrator.tasks WHERE execution_id {}")
        self.strike("agent-worker", "task dropped", waiting[each:2 * each], "DELETE FROM agents.tasks WHERE execution_id {}")
        self.strike(
            "agent-worker", "lease of a dead worker", waiting[2 * each:3 * each],
            "UPDATE agents.tasks SET status = 'leased', lease_owner = 'dead/1', due_at = now() + interval '1 day' WHERE execution_id {}")
        self.strike(
            "approvals", "approval dropped", chosen["person"][:each],
            "DELETE FROM approvals.timers WHERE approval_id IN (SELECT approval_id FROM approvals.approvals WHERE execution_id {0});"
            " DELETE FROM approvals.approvals WHERE execution_id {0}")
        self.strike(
            "approvals", "approval's timer deleted", chosen["person"][each:2 * each],
            "DELETE FROM approvals.timers WHERE approval_id IN (SELECT approval_id FROM approvals.approvals WHERE execution_id {})")
        self.lose_outboxes(each)

    def strike(self, service, what, ids, statement):
        """One kind of damage."""
        self.sql(service, statement.format("IN (" + ", ".join(f"'{i}'" for i in ids) + ")"))
        self.damaged |= {one: (what, time.monotonic()) for one in ids}

    def lose_outboxes(self, each):
        """Decisions are made while the broker stands still; the deciders die, and what they were to tell is deleted."""
        brief = [self.start("brief", n) for n in range(each)]
        last = [self.start("last", n) for n in range(each)]
        names = ", ".join(f"'{i}'" for i in brief + last)

        def timers(wanted):
            return self.sql("orchestrator", f"SELECT count(*) FROM orchestrator.timers WHERE execution_id IN ({names})")[0][0] == wanted
        eventually(lambda: timers(str(2 * each)), 30, "they rest")
        time.sleep(1)
        self.stack.freeze("local-broker")
        unborn = [self.start("task", f"unborn{n}") for n in range(each)]
        eventually(lambda: timers("0"), 30, "their timers fire")
        for service, schema in (("orchestrator", "orchestrator"), ("gateway", "gateway")):
            self.stack.kill(service)
            self.sql(service, f"DELETE FROM {schema}.outbox")
        self.stack.thaw("local-broker")
        for what, ids in (("request and events lost", brief), ("end lost", last), ("start lost", unborn)):
            self.damaged |= {one: (what, time.monotonic()) for one in ids}
        self.ids |= {"brief": brief, "last": last, "unborn": unborn}
        self.stack.up("orchestrator", "gateway")

    # What becomes of it

    def sound(self):
        """The damaged executions that have again what they live by, each looked up where it had been taken away."""
        names = "(" + ", ".join(f"'{i}'" for i in self.damaged) + ")"
        def ids(service, statement):
            return {row[0] for row in self.sql(service, statement.format(names))}
        timers = ids("orchestrator", "SELECT execution_id FROM orchestrator.timers WHERE execution_id IN {} AND due < now() + interval '6 hours'")
        with_worker = ids("agent-worker", "SELECT execution_id FROM agents.tasks WHERE execution_id IN {} AND due_at < now() + interval '1 hour'")
        shown = ids("gateway", "SELECT execution_id FROM gateway.executions WHERE execution_id IN {} AND ended_at IS NOT NULL")
        return {
            "timer deleted": timers, "timer moved": timers,
            "subscription deleted": ids("orchestrator", "SELECT execution_id FROM orchestrator.subscriptions WHERE execution_id IN {}"),
            "task's row deleted": ids("orchestrator", "SELECT execution_id FROM orchestrator.tasks WHERE execution_id IN {}"),
            "task dropped": with_worker, "lease of a dead worker": with_worker, "request and events lost": with_worker,
            "approval's timer deleted": ids(
                "approvals", "SELECT execution_id FROM approvals.approvals JOIN approvals.timers USING (tenant, approval_id) WHERE execution_id IN {}"),
            "approval dropped": ids("approvals", "SELECT execution_id FROM approvals.approvals WHERE execution_id IN {}"),
            "end lost": shown, "start lost": with_worker,
        }

    def await_repairs(self):
        """Waits until each damaged execution is whole or an incident names it; how long the last took."""
        while len(self.repaired) < len(self.damaged):
            sound = self.sound()
            now = time.monotonic()
            for one, (what, since) in self.damaged.items():
                if one in sound[what]:
                    self.repaired.setdefault(one, now - since)
            oldest = max((now - since for one, (_, since) in self.damaged.items() if one not in self.repaired), default=0)
            open_ones = {one: what for one, (what, _) in self.damaged.items() if one not in self.repaired}
            assert oldest < WITHIN, f"neither repaired nor raised within {WITHIN} s: {open_ones}"
            time.sleep(0.5)
        by_kind = {}
        for one, (what, _) in self.damaged.items():
            by_kind.setdefault(what, []).append(self.repaired[one])
        for what, times in sorted(by_kind.items()):
            print(f"  {what}: {len(times)}, the last after {max(times):.1f} s", flush=True)
        return max(self.repaired.values())

    def end(self):
        """Lets everything go on, and waits until all has ended."""
        self.others.gate.set()
        event = {"specversion": "1.0", "id": "go", "source": "test", "type": "test.go", "data": {}}
        status, _, answer = self.api.call("POST", "/v1/events", json.dumps(event).encode(), {"Content-Type": "application/cloudevents+json"})
        assert status in (200, 202), answer

        def approve(one):
            for approval in self.api.get(f"/v1/approvals?execution={one}")["items"]:
                self.api.call("POST", f"/v1/approvals/{approval['id']}/decision", {"decision": "approve", "comment": ""})
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(approve, self.ids["person"]))
        left = self.rest - (time.monotonic() - self.began)

        def stuck():
            return self.sql("gateway", "SELECT status, count(*) FROM gateway.executions WHERE status <> 'completed' GROUP BY 1")
        eventually(lambda: not stuck(), max(0, left) + 90 + self.count / 50, "all executions have completed")

    def account(self):
        """Nothing twice, incidents of damaged executions only, all open ones of what cannot be told again."""
        paying = sum(len(self.ids[kind]) for kind in ("timer", "task", "brief", "unborn"))
        wrong = {order: times for order, times in self.others.payments.items() if times != 1}
        assert not wrong and len(self.others.payments) == paying, (wrong, len(self.others.payments), paying)
        harmed = sum(1 for what, _ in self.damaged.values() if what.startswith(("task", "lease", "request", "start")))
        assert self.others.repeated <= harmed, f"{self.others.repeated} payments were repeated"
        incidents = list(self.api.pages("/v1/incidents?limit=500"))
        strange = [i for i in incidents if i["executionId"] not in self.damaged or i.get("cause") != "history"]
        assert not strange, strange
        told = {i["executionId"] for i in incidents}
        assert told >= set(self.ids["last"]), "an execution whose end was lost is no incident"
        rows = self.sql("orchestrator", "SELECT count(*) FROM orchestrator.executions")
        assert rows[0][0] == "0", f"{rows[0][0]} executions are still open"
        rows = self.sql("orchestrator", "SELECT count(*) FROM orchestrator.deliveries")
        assert rows[0][0] == "0", f"{rows[0][0]} events are still on their way"
        letters = list(self.api.pages("/v1/dead-letters"))
        assert not letters, letters[:3]
        return (
            f"{self.count} open executions, {len(self.damaged)} damaged in {len({w for w, _ in self.damaged.values()})} ways:"
            f" all whole again, {len(told)} incidents about what cannot be told again, none stuck, {paying} paid once")
