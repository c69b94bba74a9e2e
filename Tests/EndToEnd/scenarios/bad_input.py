"""Everything that should never be sent: to the API, and to every topic."""

import json
import os
import re

from harness.api import API, eventually
from harness.load import Load, account
from harness.stack import SERVICES, Stack

CODE = re.compile(r"^[A-Z]{2}\d{4}$")
WORKFLOW = {
    "document": {"dsl": "1.0.3", "namespace": "tests", "name": "tiny", "version": "1.0.0"},
    "do": [{"one": {"set": {"a": 1}}}],
}


def run(options):
    """Each gets a typed error or a dead letter; nothing crashes, nothing is lost, no partition stops."""
    with Stack("bad") as stack:
        api = API(stack.api, stack.key)
        before = {name: pid for name, pid in stack.parts().items() if name in SERVICES}
        refusals = [check(api, *case) for case in cases()]
        unreadable(api)
        topics = garbage(stack)
        letters = eventually(lambda: dead(api, topics), 60, f"dead letters of all {len(topics)} topics")
        load = Load(stack, 24)
        told = account(load, load.result())
        after = {name: pid for name, pid in stack.parts().items() if name in SERVICES}
        if before != after:
            raise AssertionError(f"a service died: {before} became {after}")
        return f"{len(refusals)} typed refusals, {letters} dead letters from {len(topics)} topics, then {told}"


def cases():
    """(what, method, path, body, headers, the status that is right)"""
    json_type = {"Content-Type": "application/json"}
    start = "/v1/workflows/tests/tiny/execute"
    no_do = {"document": WORKFLOW["document"]}
    dangling = {**WORKFLOW, "do": [{"one": {"set": {"a": 1}, "then": "nowhere"}}]}
    unknown_call = {**WORKFLOW, "do": [{"one": {"call": "nothing:1.0.0@default"}}]}
    bad_jq = {**WORKFLOW, "do": [{"one": {"set": {"a": "${ .a | | }"}}}]}
    return [
        ("malformed JSON", "POST", "/v1/policies", b'{"name": ', json_type, 400),
        ("not an object", "POST", "/v1/policies", b"[1]", json_type, 400),
        ("nothing", "POST", "/v1/policies", b"", json_type, 400),
        ("invalid UTF-8", "POST", "/v1/policies", b'{"name": "\xff"}', json_type, 400),
        ("deep nesting", "POST", "/v1/policies", b"[" * 100_000, json_type, 400),
        ("an unknown field", "POST", start, {"input": {}, "surprise": 1}, {}, 400),
        ("a wrong type", "POST", "/v1/approvals/x/decision", {"decision": 7}, {}, 400),
        ("a wrong word", "POST", "/v1/approvals/x/decision", {"decision": "maybe"}, {}, 400),
        ("50 MB of JSON", "POST", "/v1/workflows", b'"' + b"x" * (50 << 20) + b'"', json_type, 413),
        ("a 50 MB document", "POST", "/v1/documents?name=big.txt", b"x" * (50 << 20), {"Content-Type": "text/plain"}, 413),
        ("YAML that is none", "POST", "/v1/workflows", b"a: [1, 2", {"Content-Type": "application/yaml"}, 400),
        ("a workflow without do", "POST", "/v1/workflows", no_do, {}, 400),
        ("a dangling then", "POST", "/v1/workflows", dangling, {}, 400),
        ("an unknown function", "POST", "/v1/workflows", unknown_call, {}, 400),
        ("a broken expression", "POST", "/v1/workflows", bad_jq, {}, 400),
        ("an unknown workflow", "POST", "/v1/workflows/tests/absent/execute", {"input": {}}, {}, 404),
        ("an unknown execution", "GET", "/v1/executions/absent", None, {}, 404),
        ("its history", "GET", "/v1/executions/absent/history", None, {}, 404),
        ("an unknown document", "GET", "/v1/documents/absent", None, {}, 404),
        ("an unknown approval", "POST", "/v1/approvals/absent/decision", {"decision": "approve"}, {}, 404),
        ("an unknown path", "GET", "/v1/absent", None, {}, 404),
        ("a wrong method", "DELETE", "/v1/me", None, {}, 405),
        ("a broken cursor", "GET", "/v1/executions?cursor=%00garbage", None, {}, 400),
        ("no key", "GET", "/v1/me", None, {"Authorization": ""}, 401),
        ("a wrong key", "GET", "/v1/me", None, {"Authorization": "Bearer wrong"}, 401),
    ]


def check(api, what, method, path, body, headers, expected):
    """A refusal has the right status, a stable code, and says what to do."""
    try:
        status, given, problem = api.call(method, path, body, headers)
    except OSError as error:
        raise AssertionError(f"{what}: no answer: {error!r}") from None
    if status != expected and not (expected == 400 and status == 422):
        raise AssertionError(f"{what}: expected {expected}, got {status} {problem}")
    if not given.get("Content-Type", "").startswith("application/problem+json"):
        raise AssertionError(f"{what}: no problem details but {given.get('Content-Type')}")
    for member in ("type", "title", "status", "detail", "code"):
        if member not in problem:
            raise AssertionError(f"{what}: no {member} in {problem}")
    if not CODE.match(problem["code"]) or problem["status"] != status:
        raise AssertionError(f"{what}: {problem}")
    return problem["code"]


def unreadable(api):
    """A PDF that is none is rejected by the indexer, with the reason in its status."""
    status, _, document = api.call(
        "POST", "/v1/documents?index=tests&name=bad.pdf", b"%PDF-1.7\n" + os.urandom(4000),
        {"Content-Type": "application/pdf"})
    if status not in (200, 201, 202):
        raise AssertionError(f"an unreadable PDF is accepted and judged later, but got {status} {document}")
    eventually(
        lambda: api.get(f"/v1/documents/{document['id']}")["status"] == "rejected", 30, "the rejection of an unreadable PDF")


def garbage(stack):
    """Sends nonsense to every topic that a service reads; returns those topics."""
    from confluent_kafka import Producer
    from confluent_kafka.admin import AdminClient
    known = AdminClient({"bootstrap.servers": stack.bootstrap}).list_topics(timeout=20).topics
    # Of the lifecycle no service of ours is a reader.
    read = re.compile(r"^cadenza\.(?!lifecycle\.).*\.(commands|events)\.v1$|^cadenza\.tasks\.\w+\.v1$")
    topics = [topic for topic in known if read.match(topic)]
    producer = Producer({"bootstrap.servers": stack.bootstrap})
    kinds = [
        (None, None, []),
        (b"\xff\xfe", b"\x00\x01\x02", []),
        (b"k", b"not protobuf at all", [("ce_type", b"cadenza.none.v1.Nothing"), ("ce_id", b"1")]),
        (b"k", json.dumps({"specversion": "1.0"}).encode(), [("content-type", b"application/cloudevents+json")]),
        (b"k", os.urandom(2000), [("ce_type", b"cadenza.orchestrator.v1.StartExecution"), ("ce_id", b"2"),
                                   ("ce_source", b"x"), ("ce_specversion", b"1.0"), ("ce_tenant", b"demo")]),
    ]
    for topic in topics:
        for partition in known[topic].partitions:
            for key, value, headers in kinds:
                producer.produce(topic, key=key, value=value, headers=headers, partition=partition)
    if producer.flush(60):
        raise AssertionError("not all of the garbage was taken by the broker")
    return topics


def dead(api, topics):
    """How many dead letters there are, once every topic has some."""
    letters = list(api.pages("/v1/dead-letters?limit=200"))
    missing = set(topics) - {letter["topic"] for letter in letters}
    if missing:
        raise AssertionError(f"no dead letters of {sorted(missing)}")
    return len(letters)
