"""The HTTP side: OpenAI's chat completions, models, and the counters of what was really asked."""

import collections
import hashlib
import json
import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import answers, prompt

MODEL = "cadenza-rules"
LARGEST_BODY = 16 << 20
REMEMBERED = 200_000


class Faults:
    """Delays and failures on purpose, for tests; the same seed gives the same failures."""

    def __init__(self, delay, rate, seed):
        self.delay = delay
        self.rate = rate
        self._random = random.Random(seed)

    def next(self):
        """The status of the next failure, or nothing."""
        if self._random.random() >= self.rate:
            return None
        return self._random.choice([500, 503, 429])


class Counters:
    """What was asked, by idempotency key; a key that comes again gets its first answer again."""

    def __init__(self):
        self.lock = threading.Lock()
        self.calls = self.duplicates = self.without_key = self.failures = 0
        self.kept = collections.OrderedDict()

    def told(self):
        """The counters as JSON."""
        with self.lock:
            return {
                "calls": self.calls, "distinct_keys": len(self.kept), "duplicates": self.duplicates,
                "without_key": self.without_key, "injected_failures": self.failures}


class Handler(BaseHTTPRequestHandler):
    """One connection, kept alive."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    counters = Counters()
    faults = Faults(0, 0, 1)

    def do_GET(self):
        """GET /v1/models, /counters, /healthz."""
        if self.path == "/v1/models":
            self._send(200, {"object": "list", "data": [{"id": MODEL, "object": "model", "owned_by": "cadenza"}]})
        elif self.path == "/counters":
            self._send(200, self.counters.told())
        elif self.path == "/healthz":
            self._send(200, {"status": "ok"})
        else:
            self._refuse(404, "not_found", f"There is no {self.path}.")

    def do_POST(self):
        """POST /v1/chat/completions."""
        size = int(self.headers.get("Content-Length") or 0)
        if size > LARGEST_BODY:
            self.close_connection = True
            return self._refuse(413, "too_large", "The body is larger than 16 MiB.")
        body = self.rfile.read(size)
        if self.path != "/v1/chat/completions":
            return self._refuse(404, "not_found", f"There is no {self.path}.")
        try:
            request = json.loads(body)
            asked = prompt.Prompt(request["messages"], request.get("response_format"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return self._refuse(400, "invalid_request_error", f"Not a chat request: {error!r}.")
        return self._complete(request, asked)

    def _complete(self, request, asked):
        key = self.headers.get("Idempotency-Key")
        with self.counters.lock:
            self.counters.calls += 1
            failure = self.faults.next()
            if failure:
                self.counters.failures += 1
            elif key is None:
                self.counters.without_key += 1
            earlier = self.counters.kept.get(key) if key else None
            if earlier is not None and not failure:
                self.counters.duplicates += 1
        if self.faults.delay:
            time.sleep(self.faults.delay)
        if failure:
            return self._refuse(failure, "injected", "A failure on purpose.")
        if earlier is None:
            earlier = _completion(request, asked)
            if key:
                with self.counters.lock:
                    self.counters.kept[key] = earlier
                    while len(self.counters.kept) > REMEMBERED:
                        self.counters.kept.popitem(last=False)
        return self._stream(earlier) if request.get("stream") else self._send(200, earlier)

    def _stream(self, completion):
        message = completion["choices"][0]["message"]
        frame = {key: completion[key] for key in ("id", "created", "model")} | {"object": "chat.completion.chunk"}
        parts = [{"role": "assistant"}] + [{"content": word} for word in message["content"].splitlines(keepends=True)]
        chunks = [frame | {"choices": [{"index": 0, "delta": p, "finish_reason": None}]} for p in parts]
        last = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": completion["usage"]}
        chunks.append(frame | last)
        body = "".join(f"data: {json.dumps(c, ensure_ascii=False)}\n\n" for c in chunks) + "data: [DONE]\n\n"
        self._write(200, "text/event-stream", body.encode())

    def _send(self, status, value):
        self._write(status, "application/json", json.dumps(value, ensure_ascii=False).encode())

    def _refuse(self, status, kind, message):
        self._send(status, {"error": {"type": kind, "message": message}})

    def _write(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *arguments):
        """Silent: the counters tell what matters."""


class Server(ThreadingHTTPServer):
    """A thread for each connection."""

    daemon_threads = True
    request_queue_size = 256


def serve(host, port, faults):
    """Serves until ended."""
    Handler.faults = faults
    Server((host, port), Handler).serve_forever()


def _completion(request, asked):
    text = answers.answer(asked)
    read = sum(len(str(m.get("content") or "")) for m in request["messages"]) // 4 + 1
    said = len(text) // 4 + 1
    digest = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
    return {
        "id": f"chatcmpl-{digest[:24]}", "object": "chat.completion", "created": int(time.time()),
        "model": request.get("model") or MODEL,
        "choices": [{
            "index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop", "logprobs": None}],
        "usage": {"prompt_tokens": read, "completion_tokens": said, "total_tokens": read + said},
    }
