"""Agent workers are killed again and again while orders are paid and mailed: who has done what stays known."""

import json
import os
import random
import time

from harness.api import API, eventually
from harness.counterparts import Counterparts
from harness.stack import Stack

LEASE = 3
ROUNDS = 6
RULES = [{"path": "/mail", "class": "irreversible"}]


def run(options):
    """Every order is paid once and mailed at most once; each mail in question waits for a person, who decides."""
    seed = int(os.environ.get("CADENZA_SEED", random.randrange(1 << 30)))
    print(f"  seed {seed}", flush=True)
    dice, count = random.Random(seed), 2 * options.claims
    others = Counterparts(0.4)
    settings = {
        "CADENZA_EFFECT_RULES": json.dumps(RULES), "CADENZA_WORKER_LEASE": f"PT{LEASE}S", "CADENZA_WORKER_CONCURRENCY": "4"}
    try:
        with Stack("effects", ("agent-worker=2",), settings) as stack:
            api = API(stack.api, stack.key)
            register(api, others.url)
            ids = harass(stack, api, dice, others, count)
            raised = decide(api, others, ids)
            account(api, others, ids, raised)
            return (
                f"{count} orders, {ROUNDS} kills of a worker: each paid once ({others.repeated} payments repeated with their key), "
                f"{len(others.mails)} mailed, {len(raised)} in question and decided")
    finally:
        others.close()


def register(api, url):
    """Pay, then mail."""
    def call(path):
        return {"call": "http", "with": {"method": "post", "endpoint": url + path, "body": {"order": "${ .order }"}}}
    document = {"dsl": "1.0.3", "namespace": "test", "name": "effects", "version": "1.0.0"}
    definition = {"document": document, "do": [{"pay": call("/pay")}, {"mail": call("/mail")}]}
    status, _, answer = api.call("POST", "/v1/workflows", definition)
    assert status == 201, answer


def start(api, order):
    """The id of a new execution."""
    status, _, answer = api.call("POST", "/v1/workflows/test/effects/execute", {"input": {"order": order}})
    assert status == 202, answer
    return answer["id"]


def harass(stack, api, dice, others, count):
    """Starts the orders in rounds and kills one of the two workers at a random moment of each. Gives the executions."""
    ids = []
    for number in range(ROUNDS):
        done = len(others.payments) + len(others.mails)
        ids += [start(api, f"o{n}") for n in range(len(ids), count * (number + 1) // ROUNDS)]
        aim = done + dice.randrange(1, max(2, count // ROUNDS))
        eventually(lambda: len(others.payments) + len(others.mails) >= aim, 60, "progress")
        time.sleep(dice.uniform(0, others.delay))
        worker = dice.choice(["agent-worker", "agent-worker-2"])
        stack.kill(worker)
        stack.up(worker)
    return ids


def decide(api, others, ids):
    """Decides every incident by what the other system knows, until all executions have ended. Gives them by id."""
    raised = {}

    def ended():
        for incident in list(api.pages("/v1/incidents?status=open")):
            why = api.get(f"/v1/executions/{incident['executionId']}/why")
            assert any(cause.get("incident") == incident["id"] for cause in why["causes"]), why
            order = api.get(f"/v1/executions/{incident['executionId']}")["input"]["order"]
            decision = {"decision": "done", "result": {"order": order}} if others.mails.get(order) else {"decision": "retry"}
            status, _, answer = api.call("POST", f"/v1/incidents/{incident['id']}/decision", {**decision, "comment": "looked"})
            assert status in (200, 202, 409), answer
            raised[incident["id"]] = incident
        return all(api.get(f"/v1/executions/{i}")["status"] == "completed" for i in ids)

    eventually(ended, 30 * LEASE, "the end of all executions")
    return raised


def account(api, others, ids, raised):
    """Nothing lost, nothing twice, nothing open."""
    orders = {f"o{n}" for n in range(len(ids))}
    wrong = {order: others.payments.get(order, 0) for order in orders if others.payments.get(order, 0) != 1}
    assert not wrong, f"payments: {wrong}"
    wrong = {order: others.mails.get(order, 0) for order in orders if others.mails.get(order, 0) != 1}
    assert not wrong, f"mails: {wrong}"
    assert raised, "no mail was in question: the workers were killed at harmless moments; take more orders"
    known = {i["id"]: i for i in api.pages("/v1/incidents")}
    assert set(raised) <= set(known) and all(i["status"] == "decided" for i in known.values()), known
