"""The HTTP endpoints that the specification's kit calls, with a small OpenAPI document."""

import base64
import json
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PETS = {n: {"id": n, "name": name, "status": "available"} for n, name in [(1, "Rex"), (2, "Milou")]}


def description(host):
    """The store's OpenAPI 2.0 document."""
    answer = {"200": {"description": "found"}}
    status = {"name": "status", "in": "query", "type": "string", "required": True}
    pet = {"name": "petId", "in": "path", "type": "integer", "required": True}
    return {
        "swagger": "2.0", "info": {"title": "Pet store", "version": "1.0.0"}, "host": host, "basePath": "/v2", "schemes": ["http"],
        "paths": {
            "/pet/findByStatus": {"get": {"operationId": "findPetsByStatus", "parameters": [status], "responses": answer}},
            "/pet/{petId}": {"get": {"operationId": "getPetById", "parameters": [pet], "responses": answer}},
        },
    }


class Handler(BaseHTTPRequestHandler):
    """`GET` only."""

    def do_GET(self):
        """The routes of the pet store and of the basic-auth check."""
        url = urllib.parse.urlsplit(self.path)
        parts = [urllib.parse.unquote(p) for p in url.path.strip("/").split("/")]
        if parts == ["v2", "swagger.json"]:
            self.answer(200, description(self.headers["Host"]))
        elif parts == ["v2", "pet", "findByStatus"]:
            wanted = urllib.parse.parse_qs(url.query).get("status")
            self.answer(200, [p for p in PETS.values() if wanted == [p["status"]]])
        elif parts[:2] == ["v2", "pet"] and len(parts) == 3 and parts[2].isdigit() and int(parts[2]) in PETS:
            self.answer(200, PETS[int(parts[2])])
        elif parts[0] == "basic-auth" and len(parts) == 3:
            expected = "Basic " + base64.b64encode(f"{parts[1]}:{parts[2]}".encode()).decode()
            good = self.headers["Authorization"] == expected
            self.answer(200 if good else 401, {"authenticated": good, "user": parts[1]})
        else:
            self.answer(404, {"message": "not found"})

    def answer(self, status, value):
        """A JSON answer."""
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Keeps the test's output clean."""


def start():
    """Starts the server; its base address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
