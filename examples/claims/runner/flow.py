"""The way of the claims: register, index, upload, execute, decide, wait."""

import concurrent.futures
import hashlib
import json
import pathlib
import threading
import time

from .api import Refused
from .show import Bar

HERE = pathlib.Path(__file__).resolve().parents[1]
KINDS = {".txt": "text/plain", ".pdf": "application/pdf", ".md": "text/markdown", ".yaml": "application/yaml"}
ENDED = ("completed", "faulted", "cancelled")


def prepare(api):
    """Registers the policy and the workflow and indexes the clauses; repeating it changes nothing."""
    for path, file in (("/v1/policies", "policy.yaml"), ("/v1/workflows", "claim.yaml")):
        answer = api.post_bytes(path, (HERE / file).read_bytes(), KINDS[".yaml"])
        if answer["status"] == "rejected":
            raise SystemExit(f"{file} was rejected: {json.dumps(answer)}")
    clauses = sorted((HERE / "clauses").glob("*.md"))
    bar = Bar("clauses", len(clauses))
    there = {d["digest"]: d for d in api.all("/v1/documents", index="policy-clauses", status="indexed")}
    indexed = []
    for clause in clauses:
        if hashlib.sha256(clause.read_bytes()).hexdigest() in there:
            continue
        region, product = ("eu-north", clause.name.split("-")[2]) if clause.name.startswith("eu-") else (
            "uk", clause.name.split("-")[1])
        facts = {"index": "policy-clauses", "name": clause.name, "meta.region": region, "meta.product": product}
        indexed.append(api.post_bytes("/v1/documents", clause.read_bytes(), KINDS[".md"], **facts)["id"])
    for done, document in enumerate(indexed):
        bar.show(len(clauses) - len(indexed) + done)
        _await_indexed(api, document)
    bar.show(len(clauses))
    bar.end()


def claims(count):
    """The names of the example claims, repeated in turn up to the count."""
    files = sorted(p for p in (HERE / "documents").iterdir() if p.suffix in KINDS)
    return files if count is None else [files[i % len(files)] for i in range(count)]


def submit(api, files, run, sink, width):
    """Uploads and executes; gives (claim id, file, execution id, submitted at) in order."""
    register = json.loads((HERE / "register.json").read_text())
    bar, lock, done = Bar("submit", len(files)), threading.Lock(), [0]

    def one(position, file):
        claim = f"{run}-{position + 1:04d}"
        uploaded = api.post_bytes("/v1/documents", file.read_bytes(), KINDS[file.suffix], name=file.name)
        document = {member: uploaded[member] for member in ("digest", "name", "contentType")}
        given = {"claimId": claim, "documents": [document], "register": register}
        if sink:
            given["sink"] = sink
        began = time.monotonic()
        answer = api.post("/v1/workflows/insurance/claim/execute", {"input": given}, idempotency_key=claim)
        with lock:
            done[0] += 1
            bar.show(done[0])
        return claim, file.name, answer["id"], began

    with concurrent.futures.ThreadPoolExecutor(width) as pool:
        submitted = list(pool.map(one, range(len(files)), files))
    bar.end()
    return submitted


class Reviewer:
    """A scripted stand-in for the person who reviews: approves a claim unless one of its checks failed."""

    def __init__(self, api):
        self.api = api
        self.decided = {}

    def look(self, mine):
        """Decides what is pending for our executions."""
        for pending in self.api.all("/v1/approvals", status="pending"):
            execution = pending.get("executionId")
            if execution not in mine or pending["id"] in self.decided:
                continue
            approval = self.api.get(f"/v1/approvals/{pending['id']}")
            failed = [c["rule"] for c in approval["subject"]["checks"] if not c["ok"]]
            why = "does not hold: " + ", ".join(failed) if failed else "all checks hold."
            decision = {"decision": "reject" if failed else "approve", "comment": "Scripted reviewer: " + why}
            try:
                self.api.post(f"/v1/approvals/{pending['id']}/decision", decision)
            except Refused as refusal:
                if refusal.status != 409:  # decided meanwhile
                    raise
            self.decided[pending["id"]] = decision["decision"]


def await_all(api, submitted, timeout):
    """Waits until all have ended, deciding approvals meanwhile; gives {execution id: (execution, seconds)}."""
    open_ones = {execution: began for _, _, execution, began in submitted}
    reviewer, ended = Reviewer(api), {}
    bar = Bar("claims", len(open_ones))
    deadline = time.monotonic() + timeout
    while open_ones and time.monotonic() < deadline:
        reviewer.look(open_ones)
        for execution, began in list(open_ones.items()):
            seen = api.get(f"/v1/executions/{execution}")
            if seen["status"] in ENDED:
                ended[execution] = (seen, time.monotonic() - began)
                del open_ones[execution]
        bar.show(len(ended), f"{len(reviewer.decided)} reviewed")
        time.sleep(0.05 if len(open_ones) < 40 else 0.5)
    bar.end()
    return ended


def outcome(execution):
    """What a finished execution says, in the words of the table."""
    if execution is None:
        return {"verdict": "unfinished", "confidence": "", "reviewed": ""}
    if execution["status"] != "completed":
        fault = execution.get("fault") or {}
        return {"verdict": execution["status"], "confidence": "", "reviewed": "", "fault": fault}
    output = execution["output"]
    return {"verdict": output["verdict"], "confidence": output["confidence"], "reviewed": output["reviewed"]}


def _await_indexed(api, document):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        state = api.get(f"/v1/documents/{document}")
        if state["status"] == "indexed":
            return
        if state["status"] in ("rejected", "failed"):
            raise SystemExit(f"A clause was not indexed: {json.dumps(state)}")
        time.sleep(0.05)
    raise SystemExit(f"Document {document} was not indexed within a minute.")
