"""Two outside systems that count: payments, which honour idempotency keys, and e-mails, which know none."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Counterparts:
    """A server on a port of its own; `payments` and `mails` tell how often each order was paid and mailed."""

    def __init__(self, delay):
        self.delay, self.lock = delay, threading.Lock()
        self.payments, self.mails, self.keys, self.repeated = {}, {}, set(), 0
        counterparts = self

        class Handler(BaseHTTPRequestHandler):
            """One request a connection."""

            def do_POST(self):
                """POST /pay and /mail: `{"order": …}`."""
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                counterparts.take(self.path, body["order"], self.headers.get("Idempotency-Key"))
                answer = json.dumps({"order": body["order"]}).encode()
                try:
                    self.send_response(200)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                except OSError:
                    pass  # whoever asked is dead

            def log_message(self, *_):
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, path, order, key):
        """Acts half-way through its time, so that whoever asks may die before and after."""
        time.sleep(self.delay / 2)
        with self.lock:
            if path == "/mail":
                self.mails[order] = self.mails.get(order, 0) + 1
            elif key is not None and key in self.keys:
                self.repeated += 1
            else:
                self.keys.add(key)
                self.payments[order] = self.payments.get(order, 0) + 1
        time.sleep(self.delay / 2)

    def close(self):
        """Ends the server."""
        self.server.shutdown()
