"""Orders: five calls and a timer each, three of them payments with a key, two of them e-mails without one."""

import concurrent.futures
import http.client
import threading
import time

STEPS = ["pay1", "mail1", "rest", "pay2", "mail2", "pay3"]
PAYMENTS, MAILS = [s for s in STEPS if s.startswith("pay")], [s for s in STEPS if s.startswith("mail")]
REFUSED = "https://example.com/errors/refused"
RULES = [{"path": "/mail", "class": "irreversible"}]
ENDED = ("completed", "faulted", "cancelled")
TROUBLE = (OSError, http.client.HTTPException, AssertionError, ValueError)


def definition(url):
    """Every tenth order is refused in the end, as it should be."""
    def call(step):
        given = {"method": "post", "endpoint": url + ("/pay" if step in PAYMENTS else "/mail")}
        return {"call": "http", "with": {**given, "body": {"order": f'${{ $workflow.input.order + "/{step}" }}'}}}
    steps = [{s: {"wait": {"milliseconds": 500}} if s == "rest" else call(s)} for s in STEPS]
    error = {"type": REFUSED, "status": 409, "title": "Refused"}
    steps.append({"refuse": {"if": '${ $workflow.input.order | endswith("9") }', "raise": {"error": error}}})
    return {"document": {"dsl": "1.0.3", "namespace": "test", "name": "order", "version": "1.0.0"}, "do": steps}


class Orders:
    """Submits orders, never more than `width` open at a time, and plays the person who knows which e-mail went out."""

    def __init__(self, api, others, width, far):
        """`far` counts the timers that a clock which was ahead has set; nobody waits for those, nor for people."""
        self.api, self.others, self.width, self.far, self.held = api, others, width, far, 0
        self.accepted, self.refused, self.attempts, self.submitted, self.decided = {}, [], 0, 0, {}
        self.lock, self.ends = threading.Lock(), threading.Event()
        status, _, answer = api.call("POST", "/v1/workflows", definition(others.url))
        assert status == 201, answer

    def paid(self):
        """Orders whose last payment was made."""
        with self.others.lock:
            return sum(1 for order in self.others.payments if order.endswith("/pay3"))

    def run(self):
        """Submits until `ends` is set, then what is under way to its end."""
        with concurrent.futures.ThreadPoolExecutor(5) as pool:
            for _ in range(4):
                pool.submit(self._submit)
            pool.submit(self._decide)

    def _submit(self):
        while not self.ends.is_set():
            with self.lock:
                wait = self.submitted - self.paid() >= self.width + self.held
                number = self.submitted
                self.submitted += not wait
            if wait:
                time.sleep(0.2)
                continue
            self._start(f"o{number}")

    def _start(self, order):
        """Asks until it is accepted, each time with the same key: nobody may guess whether the last one arrived."""
        while order not in self.accepted:
            self.attempts += 1
            try:
                status, _, answer = self.api.call(
                    "POST", "/v1/workflows/test/order/execute", {"input": {"order": order}}, {"Idempotency-Key": order}, timeout=10)
            except TROUBLE:
                status, answer = 503, None
            if status == 202:
                self.accepted[order] = answer["id"]
            elif status in (429, 500, 502, 503, 504):
                time.sleep(0.5)
            else:
                self.refused.append(f"{order}: {status} {answer}")
                return

    def _decide(self):
        while not self.ends.wait(3):
            try:
                self.held = self.decide(("done",)) + int(self.far())
            except TROUBLE:
                continue

    def decide(self, choices):
        """Decides open incidents by what the other system knows, if that is among the choices. How many are still open.

        `retry` is for when all is quiet: a worker that stands still may have its call yet to send."""
        left = 0
        for incident in list(self.api.pages("/v1/incidents?status=open")):
            execution = self.api.get(f"/v1/executions/{incident['executionId']}")
            order = f"{execution['input']['order']}/{incident['task'].rpartition('/')[2]}"
            with self.others.lock:
                decision = "done" if self.others.mails.get(order) else "retry"
            if decision not in choices or incident["id"] in self.decided:
                left += 1
                continue
            body = {"decision": decision, "comment": "looked"} | ({"result": {"order": order}} if decision == "done" else {})
            status, _, answer = self.api.call("POST", f"/v1/incidents/{incident['id']}/decision", body, timeout=15)
            if status in (200, 202, 409):
                self.decided[incident["id"]] = decision
        return left
