"""One trace id runs from the request at the gateway through every service that does something for it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness.api import API, eventually
from harness.stack import Stack

TRACE = "0af7651916cd43dd8448eb211c80319c"
WORKFLOW = {
    "document": {"dsl": "1.0.3", "namespace": "tests", "name": "traced", "version": "1.0.0"},
    "do": [{"ask": {"call": "approval:1.0.0@default", "with": {"title": "Go on?", "subject": {"a": 1}}}}],
}


class Receiver(BaseHTTPRequestHandler):
    """Takes OTLP over HTTP with JSON and keeps the spans by service."""

    spans = {}

    def do_POST(self):
        """POST /v1/traces."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        for resource in body["resourceSpans"]:
            attributes = {a["key"]: next(iter(a["value"].values())) for a in resource["resource"]["attributes"]}
            for scope in resource["scopeSpans"]:
                for span in scope["spans"]:
                    self.spans.setdefault(span["traceId"], {}).setdefault(attributes["service.name"], []).append(span["name"])
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        """Keeps the test's output clean."""


def run(options):
    """A request with a trace context; its spans come from the gateway, the orchestrator, approvals and the state service."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Stack("traces", environment={"CADENZA_OTLP_ENDPOINT": f"http://127.0.0.1:{server.server_port}"}) as stack:
        api = API(stack.api, stack.key)
        status, _, answer = api.call("POST", "/v1/workflows", WORKFLOW)
        if status not in (200, 201):
            raise AssertionError(f"the workflow was not registered: {status} {answer}")
        trace = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
        status, _, answer = api.call("POST", "/v1/workflows/tests/traced/execute", {"input": {}}, trace)
        if status != 202:
            raise AssertionError(f"the execution was not started: {status} {answer}")
        wanted = {"gateway", "orchestrator", "approvals", "state"}
        found = eventually(
            lambda: wanted <= set(Receiver.spans.get(TRACE, {})) and Receiver.spans[TRACE], 30, f"spans of {sorted(wanted)}")
        server.shutdown()
        count = sum(len(names) for names in found.values())
        return f"{count} spans of one trace from {len(found)} services"
