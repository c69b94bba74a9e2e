"""A plain client of the public API."""

import http.client
import json
import time
import urllib.parse


class API:
    """Requests with a key; every answer is (status, headers, JSON or text)."""

    def __init__(self, base, key, tenant="demo"):
        self.host = urllib.parse.urlsplit(base).netloc
        self.key, self.tenant = key, tenant

    def call(self, method, path, body=None, headers=None, key=True, timeout=30):
        """One request on a connection of its own. `body` may be bytes, or anything that is JSON."""
        given = {"Authorization": f"Bearer {self.key}"} if key else {}
        if body is not None and not isinstance(body, (bytes, bytearray)):
            body = json.dumps(body).encode()
            given["Content-Type"] = "application/json"
        given |= headers or {}
        connection = http.client.HTTPConnection(self.host, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=given)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        kind = answer.headers.get("Content-Type", "")
        return answer.status, answer.headers, json.loads(text) if "json" in kind and text else text

    def get(self, path):
        """What a GET gives; anything but 200 is a failure."""
        status, _, value = self.call("GET", path)
        if status != 200:
            raise AssertionError(f"GET {path}: {status} {value}")
        return value

    def pages(self, path):
        """All items of a list."""
        cursor, mark = None, "&" if "?" in path else "?"
        while True:
            page = self.get(path + (f"{mark}cursor={urllib.parse.quote(cursor)}" if cursor else ""))
            yield from page["items"]
            cursor = page.get("next")
            if not cursor:
                return


def eventually(probe, within, what):
    """The first true value of `probe`; failures of the connection count as false."""
    end = time.monotonic() + within
    last = None
    while time.monotonic() < end:
        try:
            last = probe()
            if last:
                return last
        except (OSError, http.client.HTTPException, AssertionError) as error:
            last = error
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come true within {within} s; last: {last}")
