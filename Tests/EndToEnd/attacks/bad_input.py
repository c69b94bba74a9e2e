"""What no client should send: each gets a typed problem or a dead letter; nothing crashes, nothing stops."""

import http.client
import json
import pathlib
import subprocess
import time
import urllib.parse

from . import stage

TOPICS = [
    "orchestrator.commands.v1", "orchestrator.events.v1", "tasks.agent.v1", "tasks.call.v1", "agents.events.v1",
    "approvals.commands.v1", "approvals.events.v1", "policy.commands.v1", "policy.events.v1", "knowledge.commands.v1",
    "knowledge.events.v1", "state.commands.v1", "state.events.v1", "ingress.events.v1", "definitions.v1", "policies.v1",
    "agents.v1", "audit.v1",
]
WORKFLOW = {"document": {"dsl": "1.0.3", "namespace": "attack", "name": "bad", "version": "1.0.0"}}
EXECUTE = "/v1/workflows/insurance/claim/execute"


def attack(scene, count):
    """Requests first, then an unreadable document, then garbage on every topic, then claims as if nothing had been."""
    pids = {name: scene.pid(name) for name in stage.SERVICES}
    client = Client(scene.environment["CADENZA_API"], scene.environment["CADENZA_API_KEY"])
    faults = requests(client) + unreadable(client) + garbage(scene)
    faults += [f"{name} was restarted or has died" for name, pid in pids.items() if scene.pid(name) != pid]
    if "died" in scene.stack("status", quiet=True):
        faults.append("not every service runs")
    return faults + scene.load(20).finish()


class Client:
    """Requests as bytes, right or wrong."""

    def __init__(self, base, key):
        self.host, self.key = urllib.parse.urlsplit(base).netloc, key

    def ask(self, method, path, body=None, kind="application/json", key=None):
        """The status, the content type and the JSON of the answer."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        headers = {"Authorization": f"Bearer {key or self.key}", "Content-Type": kind}
        try:
            connection.request(method, path, body, headers)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all of the body was sent; the answer is there
        response = connection.getresponse()
        text = response.read()
        try:
            return response.status, response.headers.get_content_type(), json.loads(text or b"{}")
        except ValueError:
            return response.status, response.headers.get_content_type(), {"text": text[:200].decode(errors="replace")}


def requests(client):
    """Each case: what, the statuses that are right, and the request."""
    text = json.dumps
    cases = [
        ("malformed JSON", (400,), "POST", EXECUTE, b'{"input": {', "application/json"),
        ("not UTF-8", (400,), "POST", EXECUTE, b'{"input": "\xff\xfe"}', "application/json"),
        ("an unknown field", (400, 422), "POST", EXECUTE, text({"input": {}, "inputs": 1}), "application/json"),
        ("a wrong type", (400, 422), "POST", EXECUTE, text([1, 2]), "application/json"),
        ("deep nesting", (400,), "POST", EXECUTE, b"[" * 100_000, "application/json"),
        ("a body of 50 MB", (413,), "POST", EXECUTE, b'"' + b"x" * 50_000_000 + b'"', "application/json"),
        ("a workflow without tasks", (400, 422), "POST", "/v1/workflows", text(WORKFLOW), "application/json"),
        ("a workflow that is no YAML", (400, 422), "POST", "/v1/workflows", b"a: [b", "application/yaml"),
        ("a workflow with an unknown task", (400, 422), "POST", "/v1/workflows",
         text(WORKFLOW | {"do": [{"a": {"jump": {}}}]}), "application/json"),
        ("a policy without rules", (400, 422), "POST", "/v1/policies", text({"name": "x"}), "application/json"),
        ("an unknown execution", (404,), "GET", "/v1/executions/nobody", None, "application/json"),
        ("an unknown workflow", (404,), "POST", "/v1/workflows/no/body/execute", text({"input": {}}),
         "application/json"),
        ("an unknown approval", (404,), "POST", "/v1/approvals/none/decision", text({"decision": "approve"}),
         "application/json"),
        ("an unknown path", (404,), "GET", "/v1/nothing", None, "application/json"),
        ("a wrong method", (405,), "DELETE", "/v1/workflows", None, "application/json"),
    ]
    faults = []
    for what, wanted, method, path, body, kind in cases:
        faults += check(what, wanted, client.ask(method, path, body, kind))
    return faults + check("a wrong key", (401, 403), client.ask("GET", "/v1/executions", key="wrong"))


def check(what, wanted, answer):
    """A typed problem: right status, problem details, a stable code, and what to do."""
    status, kind, problem = answer
    lacking = [f for f in ("type", "title", "status", "code") if f not in problem]
    if status in wanted and kind == "application/problem+json" and not lacking:
        print(f"  ✓ {what}: {status} {problem['code']} {problem['title']}", flush=True)
        return []
    return [f"{what}: {status} {kind} {json.dumps(problem)[:200]}"]


def unreadable(client):
    """An unreadable PDF: the execution ends with a typed fault, or the person is asked; it does not hang."""
    path = stage.ROOT / "examples/claims/documents/bad/unreadable.pdf"
    _, _, uploaded = client.ask("POST", "/v1/documents?name=unreadable.pdf", path.read_bytes(), "application/pdf")
    register = json.loads((stage.ROOT / "examples/claims/register.json").read_text())
    given = {"claimId": "unreadable", "documents": [uploaded.get("digest")], "register": register}
    status, _, started = client.ask("POST", EXECUTE, json.dumps({"input": given}))
    if status != 202:
        return [f"unreadable PDF: {status} {started}"]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        _, _, seen = client.ask("GET", f"/v1/executions/{started['id']}")
        if seen.get("status") in ("completed", "faulted", "cancelled"):
            print(f"  ✓ an unreadable PDF: {seen['status']} {json.dumps(seen.get('fault'))[:160]}", flush=True)
            return [] if seen["status"] == "faulted" and seen.get("fault") else [f"unreadable PDF: {seen['status']}"]
        time.sleep(0.2)
    return ["unreadable PDF: the execution did not end within a minute"]


def garbage(scene):
    """Garbage on each topic lands in the dead letters with its cause, and the topic moves on."""
    bootstrap = scene.environment["CADENZA_TEST_KAFKA_BOOTSTRAP"]
    mark = f"garbage-{time.time_ns():x}"
    for topic in TOPICS:
        for body in (f"{mark} this is no message", "{\"json\": [1, 2", "\x00\x01\x02"):
            subprocess.run(
                ["kcat", "-P", "-b", bootstrap, "-t", f"cadenza.{topic}", "-k", mark, "-H", "ce_type=nonsense",
                 "-H", f"ce_id={mark}"], input=body, text=True, check=False, capture_output=True)
    time.sleep(3)
    read = subprocess.run(
        ["kcat", "-C", "-b", bootstrap, "-t", "cadenza.dead-letters.v1", "-e", "-q", "-f", "%k\n"],
        capture_output=True, text=True, check=False)
    dead = read.stdout.count(mark)
    print(f"  {dead} dead letters from garbage on {len(TOPICS)} topics", flush=True)
    return [] if dead else ["no dead letter came from the garbage"]


if __name__ == "__main__":
    print(pathlib.Path(__file__).name, "is used by Tests/EndToEnd/attack")
