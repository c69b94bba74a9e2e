"""The public HTTP API, as a client sees it. Retries what may be retried; every POST carries an idempotency key."""

import hashlib
import http.client
import json
import threading
import time
import urllib.parse


class Refused(Exception):
    """An answer that is not a success, with its problem details."""

    def __init__(self, status, problem):
        told = problem if isinstance(problem, dict) else {}
        parts = [str(told[k]) for k in ("code", "title", "detail", "whatToDo") if told.get(k)]
        text = " ".join(parts) or str(problem)[:300]
        super().__init__(f"{status}: {text}")
        self.status = status
        self.problem = told


class API:
    """A connection for each thread, kept alive."""

    def __init__(self, base, key, patience=60.0):
        parts = urllib.parse.urlsplit(base)
        self.host, self.port = parts.hostname, parts.port or 80
        self.base = base
        self.key = key
        self.patience = patience
        self._local = threading.local()

    def get(self, path, **query):
        """GET; the answer as JSON."""
        return self._ask("GET", path + _query(query))

    def post(self, path, value, idempotency_key=None, **query):
        """POST of JSON; the answer as JSON."""
        body = json.dumps(value).encode()
        return self.post_bytes(path, body, "application/json", idempotency_key, **query)

    def post_bytes(self, path, body, kind, idempotency_key=None, **query):
        """POST of bytes of some type; without a key of the caller's the content is the key."""
        path += _query(query)
        key = idempotency_key or hashlib.sha256(path.encode() + b"\0" + body).hexdigest()
        return self._ask("POST", path, body, {"Content-Type": kind, "Idempotency-Key": key})

    def all(self, path, **query):
        """All items of a list, page by page."""
        cursor = None
        while True:
            page = self.get(path, **query, **({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page.get("next")
            if not cursor:
                return

    def _ask(self, method, path, body=None, headers=None):
        headers = {"Authorization": f"Bearer {self.key}", "Accept": "application/json", **(headers or {})}
        deadline = time.monotonic() + self.patience
        pause = 0.1
        while True:
            try:
                status, answer, wait = self._once(method, path, body, headers)
                if status < 400:
                    return answer
                if not (wait or status in (429, 502, 503, 504)) or time.monotonic() > deadline:
                    raise Refused(status, answer)
                pause = max(pause, wait)
            except (OSError, http.client.HTTPException):
                self._local.connection = None
                if time.monotonic() > deadline:
                    raise
            time.sleep(pause)
            pause = min(pause * 2, 2.0)

    def _once(self, method, path, body, headers):
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
            self._local.connection = connection
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read()
        try:
            answer = json.loads(text) if text else {}
        except ValueError:
            answer = text.decode(errors="replace")
        wait = response.headers.get("Retry-After", "")
        return response.status, answer, float(wait) if wait.isdigit() else 0.0


def _query(query):
    return "?" + urllib.parse.urlencode(query) if query else ""
