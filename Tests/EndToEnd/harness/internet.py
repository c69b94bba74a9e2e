"""The public servers that scenarios call, on loopback: a pet store, logins of all kinds, a tool server, an agent."""

import base64
import hashlib
import uuid

from .web import serve

HOSTS = (
    "https://petstore.swagger.io", "https://httpbin.org", "https://login.example", "https://tools.example",
    "https://agents.example", "https://news.example")
PETS = {
    1: {"id": 1, "name": "Milo", "status": "available"}, 2: {"id": 2, "name": "Luna", "status": "available"},
    3: {"id": 3, "name": "Rex", "status": "sold"}}
REALM, NONCE = "cadenza", "7ypf/xlj9XXwfDPEoM4URrv"


def start(kafka=None):
    """Starts them all under one address, which it gives. `kafka` is the broker that the AsyncAPI document names."""
    return serve(lambda request: route(request, kafka))


def route(request, kafka):
    """The answer to one request."""
    match request.parts:
        case ["headers"]:
            return 200, {"headers": {name.lower(): text for name, text in request.headers.items()}}
        case ["v2", "swagger.json"]:
            return 200, store(request.headers["Host"])
        case ["v2", "pet", "findByStatus"]:
            return 200, [pet for pet in PETS.values() if pet["status"] == request.query.get("status")]
        case ["v2", "pet", number] if number.isdigit() and int(number) in PETS:
            return 200, PETS[int(number)]
        case ["basic-auth", user, password]:
            return login(request.headers["Authorization"] == basic(user, password), user)
        case ["bearer"]:
            token = (request.headers["Authorization"] or "").removeprefix("Bearer ")
            return login(bool(token), token)
        case ["digest-auth", "auth", user, password]:
            return digest(request, user, password)
        case ["oauth2", "token"]:
            good = b"client_id=runtime" in request.body and b"client_secret=s3cr3t" in request.body
            return (200, {"access_token": "granted", "token_type": "Bearer", "expires_in": 60}) if good else (401, {})
        case ["mcp"]:
            return tools(request)
        case ["rpc"]:
            return agent(request)
        case [".well-known", "agent-card.json"]:
            return 200, {"name": "teller", "url": "/rpc", "preferredTransport": "JSONRPC"}
        case ["asyncapi.json"]:
            return 200, channels(request.headers["Host"], kafka)
        case ["news", _]:
            return 202, {}
    return 404, {"message": "not found"}


def basic(user, password):
    """The header of a login by name and password."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def login(good, user):
    """As httpbin answers."""
    return 200 if good else 401, {"authenticated": good, "user": user}


def digest(request, user, password):
    """RFC 7616 with SHA-256: a challenge first, then a look at the proof."""
    def sha(*parts):
        return hashlib.sha256(":".join(parts).encode()).hexdigest()
    text = request.headers["Authorization"] or ""
    if not text.startswith("Digest "):
        return 401, {}, {"WWW-Authenticate": f'Digest realm="{REALM}", nonce="{NONCE}", qop="auth", algorithm=SHA-256'}
    given = {key.strip(): value.strip().strip('"') for key, value in (p.split("=", 1) for p in text[7:].split(","))}
    proof = sha(
        sha(user, REALM, password), NONCE, given.get("nc", ""), given.get("cnonce", ""), "auth",
        sha(request.method, request.target))
    return login(given.get("response") == proof, user)


def tools(request):
    """A Model Context Protocol server with one tool, which doubles."""
    if request.method == "DELETE":
        return 405, {}
    message = request.json()
    given = message.get("params") or {}
    match message["method"]:
        case "initialize":
            result = {
                "protocolVersion": given["protocolVersion"], "capabilities": {"tools": {}},
                "serverInfo": {"name": "tools", "version": "1"}}
        case "tools/call":
            value = given["arguments"]["n"] * 2
            result = {"content": [{"type": "text", "text": str(value)}], "structuredContent": {"n": value}}
        case "tools/list":
            result = {"tools": [{"name": "double"}]}
        case _:
            return 202, {}
    return 200, {"jsonrpc": "2.0", "id": message.get("id"), "result": result}, {"Mcp-Session-Id": "s1"}


def agent(request):
    """An agent that speaks A2A and says what it is told."""
    message = request.json()
    if message["method"] != "message/send":
        return 200, {"jsonrpc": "2.0", "id": message.get("id"), "error": {"code": -32001, "message": "Task not found"}}
    said = message["params"]["message"]
    uuid.UUID(said["messageId"])
    result = {"kind": "message", "role": "agent", "messageId": "m1", "parts": said["parts"]}
    return 200, {"jsonrpc": "2.0", "id": message.get("id"), "result": result}


def store(host):
    """The pet store's OpenAPI 2.0 document."""
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


def channels(host, kafka):
    """An AsyncAPI 3 document: the same channel over HTTP and over Kafka."""
    return {
        "asyncapi": "3.0.0",
        "servers": {
            "web": {"host": host, "pathname": "/news", "protocol": "http"},
            "log": {"host": kafka, "protocol": "kafka"}},
        "channels": {"greetings": {"address": "greetings"}},
        "operations": {
            "greet": {"action": "send", "channel": {"$ref": "#/channels/greetings"}},
            "hear": {"action": "receive", "channel": {"$ref": "#/channels/greetings"}}},
    }
