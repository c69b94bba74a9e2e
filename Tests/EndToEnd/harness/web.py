"""Small HTTP servers for tests: a function answers, a thread serves."""

import json
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Request:
    """What came in."""

    def __init__(self, handler):
        url = urllib.parse.urlsplit(handler.path)
        self.method, self.headers, self.target = handler.command, handler.headers, handler.path
        self.parts = [urllib.parse.unquote(part) for part in url.path.strip("/").split("/")]
        self.query = {key: values[0] for key, values in urllib.parse.parse_qs(url.query).items()}
        self.body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))

    def json(self):
        """The body; None when there is none."""
        return json.loads(self.body) if self.body else None


def serve(answer):
    """Starts a server; its base address. `answer(request)` gives a status, a value for JSON, and headers if it likes."""

    class Handler(BaseHTTPRequestHandler):
        """Any method."""

        protocol_version = "HTTP/1.1"

        def handle_any(self):
            """One request."""
            status, value, *headers = answer(Request(self))
            body = json.dumps(value).encode()
            try:
                self.send_response(status)
                for name, text in {"Content-Type": "application/json", **(headers[0] if headers else {})}.items():
                    self.send_header(name, text)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:  # who asked has gone
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = handle_any

        def log_message(self, *arguments):
            """Keeps the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
