#!/usr/bin/env python3
"""Holds the examples to their word: the model server reads what it is given, and counts; the sink counts; the PDFs are
what their generator writes; every claim has an expectation. Python's standard library only."""

import concurrent.futures
import http.client
import json
import pathlib
import random
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"
SCHEMA = {
    "type": "object", "required": ["policyNumber", "incidentDate", "amount", "cause"],
    "properties": {
        "policyNumber": {"type": ["string", "null"]}, "incidentDate": {"type": ["string", "null"]},
        "amount": {"type": ["number", "null"]}, "currency": {"type": ["string", "null"]},
        "cause": {"enum": ["storm", "water", "fire", "theft", "collision", None]},
        "missing": {"type": "array"}, "contradictions": {"type": "array"}, "confidence": {"type": "number"}}}


class Server:
    """One of the example servers on a free port."""

    def __init__(self, program, *options):
        self.port = free_port()
        self.process = subprocess.Popen([sys.executable, EXAMPLES / program, "--port", str(self.port), *options])
        deadline = time.monotonic() + 20
        while True:
            try:
                self.ask("GET", "/healthz")
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def ask(self, method, path, value=None, **headers):
        """The status and the JSON of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        body = None if value is None else value if isinstance(value, bytes) else json.dumps(value)
        connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
        try:
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def read(self, document, key="k", schema=SCHEMA):
        """What the model server makes of a document."""
        user = "Extract the facts.\n\nContext (JSON):\n{}\n\nDocument claim.txt:\n" + document
        user += "\n\nAnswer with JSON that matches this schema:\n" + json.dumps(schema)
        status, answer = self.ask("POST", "/v1/chat/completions", {
            "model": "m", "messages": [{"role": "system", "content": "You read."}, {"role": "user", "content": user}],
            "response_format": {"type": "json_object"}}, Idempotency_Key=key)
        assert status == 200, answer
        return json.loads(answer["choices"][0]["message"]["content"])

    def stop(self):
        self.process.terminate()
        self.process.wait()


def free_port():
    """A port that nobody uses, below those that Linux hands out."""
    for _ in range(100):
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise OSError("no free port")


class ModelServerTests(unittest.TestCase):
    def setUp(self):
        self.server = Server("model-server/model-server")
        self.addCleanup(self.server.stop)

    def test_reads_a_form_it_has_never_seen(self):
        said = self.server.read(
            "Policy number: XQ-BOAT-99120\nDate of loss: 3 March 2031\nTotal claimed: EUR 1.234,56\nCause: Theft\n")
        self.assertEqual(said["policyNumber"], "XQ-BOAT-99120")
        self.assertEqual(said["incidentDate"], "2031-03-03")
        self.assertEqual((said["amount"], said["currency"], said["cause"]), (1234.56, "EUR", "theft"))
        self.assertEqual((said["missing"], said["contradictions"]), ([], []))
        self.assertGreaterEqual(said["confidence"], 0.9)

    def test_prose_is_less_sure_than_a_form(self):
        said = self.server.read(
            "On 4 June 2030 the boiler leaked. The repair will cost £410. My policy is AB-HOME-1234.")
        self.assertEqual((said["incidentDate"], said["amount"]), ("2030-06-04", 410))
        self.assertLess(said["confidence"], 0.9)

    def test_says_what_is_missing_and_what_contradicts(self):
        said = self.server.read("Policy number: AB-HOME-1234\nDate of loss: 2030-01-02\nCause: Fire\n\n"
                                "The fire broke out on 9 January 2030.")
        self.assertEqual(said["missing"], ["amount"])
        self.assertIn("2030-01-02 or 2030-01-09", said["contradictions"][0])
        self.assertLess(said["confidence"], 0.5)

    def test_the_answer_follows_the_document_not_its_name(self):
        first = self.server.read("Policy number: AA-HOME-1111", key="a")
        second = self.server.read("Policy number: BB-HOME-2222", key="b")
        self.assertEqual((first["policyNumber"], second["policyNumber"]), ("AA-HOME-1111", "BB-HOME-2222"))

    def test_a_repeated_key_gets_the_first_answer_and_is_counted(self):
        first = self.server.read("Policy number: AA-HOME-1111", key="same")
        again = self.server.read("Policy number: BB-HOME-2222", key="same")
        self.assertEqual(first, again)
        _, counters = self.server.ask("GET", "/counters")
        self.assertEqual((counters["calls"], counters["distinct_keys"], counters["duplicates"]), (2, 1, 1))

    def test_what_is_no_request_is_refused(self):
        for body in (b"{", b"[]", b'{"messages": 7}', b'{"messages": [1]}'):
            status, answer = self.server.ask("POST", "/v1/chat/completions", body)
            self.assertEqual((status, answer["error"]["type"]), (400, "invalid_request_error"))

    def test_faults_on_purpose_are_the_same_for_the_same_seed(self):
        runs = []
        for _ in range(2):
            server = Server("model-server/model-server", "--error-rate", "0.5", "--seed", "7")
            self.addCleanup(server.stop)
            asked = {"messages": [{"role": "user", "content": "x"}]}
            runs.append([server.ask("POST", "/v1/chat/completions", asked)[0] for _ in range(12)])
        self.assertEqual(runs[0], runs[1])
        self.assertEqual({status // 100 for status in runs[0]} - {2, 4, 5}, set())


class SinkTests(unittest.TestCase):
    def test_counts_effects_and_keeps_them_over_a_restart(self):
        with tempfile.NamedTemporaryFile() as file:
            sink = Server("http-sink/http-sink", "--file", file.name)
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                sent = [(f"/reports/{i % 10}", f"key-{i % 10}") for i in range(40)]
                list(pool.map(lambda s: sink.ask("POST", s[0], {"a": 1}, Idempotency_Key=s[1]), sent))
            sink.ask("POST", "/reports/3", {"a": 1}, Idempotency_Key="another")
            sink.stop()
            sink = Server("http-sink/http-sink", "--file", file.name)
            self.addCleanup(sink.stop)
            _, counters = sink.ask("GET", "/counters")
        self.assertEqual((counters["reports"], counters["effects"], counters["twice"]), (10, 11, ["3"]))


class ClaimFilesTests(unittest.TestCase):
    def test_the_pdfs_are_what_their_generator_writes(self):
        folder = EXAMPLES / "claims/documents"
        before = {f: f.read_bytes() for f in folder.rglob("*.pdf")}
        subprocess.run([EXAMPLES / "claims/make-documents"], check=True)
        self.assertEqual(before, {f: f.read_bytes() for f in folder.rglob("*.pdf")})

    def test_every_claim_has_an_expectation(self):
        expected = json.loads((EXAMPLES / "claims/expected.json").read_text())
        names = {f.name for f in (EXAMPLES / "claims/documents").iterdir() if f.is_file()}
        self.assertEqual(set(expected), names)
        self.assertGreaterEqual(len(names), 12)


if __name__ == "__main__":
    unittest.main()
