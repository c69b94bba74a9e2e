"""Dead letters as an operator meets them: found, mended, tried, redriven, put away; through the program and the API."""

import json
import os
import subprocess

from harness.api import API, eventually
from harness.stack import ROOT, Stack
from scenarios.isolation import ask, role_url

TYPE = "cadenza.orchestrator.v1.StartExecution"
TOPIC = "cadenza.orchestrator.commands.v1"
WORKFLOW = {
    "document": {"dsl": "1.0.3", "namespace": "tests", "name": "echo", "version": "1.0.0"},
    "do": [{"one": {"set": {"said": "${ .say }"}}}],
}


def run(options):
    """A poison message completes once it is mended; a cause that stays stops a redrive; audit has every step."""
    with Stack("letters") as stack:
        api = API(stack.api, stack.key)
        status, _, told = api.call("POST", "/v1/workflows", WORKFLOW)
        assert status in (200, 201), f"{status} {told}"
        one(stack, api)
        repeated(stack, api)
        killed = over_a_restart(stack, api)
        audited = audit(stack)
        return f"mended and completed; stopped after the same failure; {killed} once each over a restart; audit: {audited}"


def one(stack, api):
    """A message that nobody can read is listed, edited, checked, redriven, and its execution completes."""
    poison(stack, "mended")
    letter = letters(api, 1)[0]
    identity = letter["id"]
    listed = cadenza(stack, "letters", "list", "--service", "orchestrator").stdout
    assert identity in listed and "MS0002" in listed, listed
    failed = cadenza(stack, "letters", "check", identity, expect=1).stdout
    assert f"✗ body: no {TYPE}" in failed, failed
    body = ["--body", json.dumps(start("mended", "hello"))]
    assert "✓ body" in cadenza(stack, "letters", "check", identity, *body).stdout
    edited = cadenza(stack, "letters", "edit", identity, *body, "--reason", "cut off by hand").stdout
    assert "body/json" in edited and "mended" in edited, edited
    assert not api.call("GET", "/v1/executions/mended")[0] == 200, "a check or an edit has published something"
    redriven = cadenza(stack, "letters", "redrive", identity).stdout
    assert redriven.strip() == f"{identity} resolved", redriven
    done = eventually(lambda: completed(api, "mended"), 30, "the execution of the mended message")
    assert done["output"] == {"said": "hello"}, done
    shown = cadenza(stack, "letters", "show", identity).stdout
    for words in ["resolved", "cut off by hand", "redrive", "taken", f"schema: {TYPE}"]:
        assert words in shown, f"{words} is missing in {shown}"
    cadenza(stack, "letters", "redrive", identity, expect=4)


def repeated(stack, api):
    """Letters whose cause stays: the redrive stops after three, and the rest are still open."""
    for number in range(10):
        poison(stack, f"hopeless-{number}")
    letters(api, 10)
    told = cadenza(stack, "letters", "redrive", "--code", "MS0002", "--rate", "100", expect=1)
    assert "stopped: 3 of 10 published, 0 taken, 3 died again" in told.stdout, told.stdout + told.stderr
    assert "3 letters in a row died again" in told.stderr, told.stderr
    again = [letter for letter in letters(api, 10) if letter["redrives"] == 1]
    assert len(again) == 3 and all("cameOf" in letter for letter in again), again
    ids = [letter["id"] for letter in letters(api, 10)]
    cadenza(stack, "letters", "discard", *ids, "--reason", "sent by a test", expect=0)
    letters(api, 0)
    cadenza(stack, "letters", "discard", ids[0], "--reason", "twice", expect=4)


def over_a_restart(stack, api):
    """The gateway is killed in the middle of a redrive, which goes on when it is back: no letter twice, none left."""
    count = 12
    for number in range(count):
        poison(stack, f"mass-{number}")
    for letter in letters(api, count):
        path = f"/v1/dead-letters/{letter['id'].replace('/', '%2F')}"
        key = api.get(path)["key"]
        status, _, told = api.call("POST", path + "/edit", {"body": {"json": start(key, key)}})
        assert status == 200, told
    redrive = cadenza(stack, "letters", "redrive", "--all", "--rate", "4", "--no-wait").stdout.strip()
    eventually(lambda: api.get(f"/v1/redrives/{redrive}")["taken"] >= 3, 30, "the first letters of the redrive")
    stack.kill("gateway")
    stack.up("gateway")
    ended = eventually(
        lambda: (now := api.get(f"/v1/redrives/{redrive}"))["status"] != "running" and now, 60, "the redrive's end")
    assert ended["status"] == "done" and ended["taken"] == ended["sent"] == count, ended
    for number in range(count):
        done = eventually(lambda: completed(api, f"mass-{number}"), 30, f"the execution mass-{number}")
        assert done["output"] == {"said": f"mass-{number}"}, done
    ids = redriven(stack, f"redrive/{redrive}/")
    assert len(ids) == count and len({key for key, _ in ids}) == count, ids
    return count


def audit(stack):
    """Every step of a person, and the stop that nobody asked for, is in the audit of the state service."""
    expected = {
        "dead-letter.edit": 13, "dead-letter.redrive": 16, "dead-letter.discard": 10, "redrive.start": 2,
        "redrive.stopped": 1, "redrive.done": 1,
    }
    url = role_url(stack.parts()["state"])

    def counted():
        rows = ask(url, "SELECT action, count(*) FROM state.audits WHERE action ~ 'letter|redrive' GROUP BY 1").stdout
        found = {action: int(count) for action, count in (line.split("|") for line in rows.split())}
        if found != expected:
            raise AssertionError(f"expected {expected}, found {found}")
        return found

    return sum(eventually(counted, 30, "the audit").values())


def poison(stack, key):
    """Puts a command on the orchestrator's topic that says what it is, and is not."""
    from confluent_kafka import Producer
    producer = Producer({"bootstrap.servers": stack.bootstrap})
    headers = {
        "ce_specversion": "1.0", "ce_id": f"poison/{key}", "ce_type": TYPE, "ce_source": "a test", "ce_tenant": "demo",
        "content-type": "application/protobuf",
    }
    producer.produce(TOPIC, key=key.encode(), value=b"\x0a\xff", headers=list(headers.items()))
    assert producer.flush(30) == 0, "the broker did not take the message"


def redriven(stack, prefix):
    """Key and id of what a redrive has put on the topic; what came twice under one id counts once."""
    from confluent_kafka import Consumer, TopicPartition
    consumer = Consumer({"bootstrap.servers": stack.bootstrap, "group.id": "a test", "enable.auto.commit": False})
    found = set()
    for partition in consumer.list_topics(TOPIC, timeout=20).topics[TOPIC].partitions:
        place = TopicPartition(TOPIC, partition, 0)
        _, end = consumer.get_watermark_offsets(place, timeout=20)
        consumer.assign([place])
        position = 0
        while position < end:
            message = consumer.poll(20)
            assert message is not None and not message.error(), f"partition {partition} ends at {position}, not {end}"
            position = message.offset() + 1
            headers = dict(message.headers() or [])
            if headers.get("ce_id", b"").decode().startswith(prefix):
                assert headers["ce_redrives"] == b"1" and headers["ce_redrivefor"] == b"orchestrator", headers
                found.add((message.key(), headers["ce_id"]))
    consumer.close()
    return found


def start(execution, word):
    """The body of a StartExecution, as people write it."""
    return {
        "executionId": execution, "definition": {"namespace": "tests", "name": "echo", "version": "1.0.0"},
        "input": {"json": {"say": word}}, "actor": "a test",
    }


def letters(api, count):
    """The open letters of the orchestrator, once there are so many."""
    def found():
        now = list(api.pages("/v1/dead-letters?service=orchestrator&state=open"))
        if len(now) != count:
            raise AssertionError(f"{len(now)} letters")
        return [now]
    return eventually(found, 30, f"{count} open letters")[0]


def completed(api, execution):
    """The execution, when it has completed."""
    now = api.get(f"/v1/executions/{execution}")
    return now if now["status"] == "completed" else None


def cadenza(stack, *arguments, expect=0):
    """Runs the program against the stack."""
    environment = {**os.environ, "CADENZA_URL": stack.api, "CADENZA_API_KEY": stack.key}
    done = subprocess.run(
        [ROOT / ".build/debug/cadenza", *arguments], env=environment, text=True, capture_output=True, check=False, timeout=120)
    assert done.returncode == expect, f"cadenza {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done
