import Core
import HTTP

/// A session with an MCP server over streamable HTTP.
struct MCPSession: Sendable {
    /// The revisions that this client can speak.
    static let versions = ["2025-03-26", "2025-06-18", "2025-11-25"]

    let outside: Outside
    let context: FunctionContext
    let timeout: Duration?
    private let base: OutsideRequest
    private let version: String

    /// Begins one: `initialize`, then `notifications/initialized`. `base` has the server's URL, headers and
    /// credentials.
    init(
        _ outside: Outside, _ base: OutsideRequest, _ call: MCPCall, _ context: FunctionContext
    ) async throws(FunctionError) {
        (self.outside, self.context, self.timeout) = (outside, context, call.timeout)
        var base = base
        base.headers["content-type"] = "application/json"
        base.headers["accept"] = "application/json, text/event-stream"
        let response = try await Self.send(
            JSONRPC.message("initialize", call.greeting, id: 0), base, outside, timeout, context)
        guard let answer = JSONRPC.messages(response).first(where: { JSONRPC.answers($0, 0) }) else {
            throw JSONRPC.failed("the server did not answer initialize")
        }
        let spoken = try Self.check(greeting: JSONRPC.result(answer))
        self.version = spoken
        base.headers["mcp-session-id"] = response.headers["mcp-session-id"]
        base.headers["mcp-protocol-version"] = spoken
        self.base = base
        _ = try await Self.send(
            JSONRPC.message("notifications/initialized", nil, id: nil), base, outside, timeout, context)
    }

    /// The revision that a server speaks, of its answer to `initialize`.
    @discardableResult
    static func check(greeting: JSON) throws(FunctionError) -> String {
        guard let spoken = greeting["protocolVersion"]?.string, versions.contains(spoken) else {
            throw JSONRPC.failed("the server speaks no revision of the protocol that is known here")
        }
        return spoken
    }

    /// Calls a method and gives its result.
    func call(_ method: String, _ parameters: JSON?) async throws(FunctionError) -> JSON {
        let response = try await Self.send(
            JSONRPC.message(method, parameters, id: 1), base, outside, timeout, context)
        guard let answer = JSONRPC.messages(response).first(where: { JSONRPC.answers($0, 1) }) else {
            // The stream may have broken off after the server had done it.
            throw .fault(Fault(.runtime, .remoteError, "the server did not answer \(method)"), .unknown)
        }
        return try JSONRPC.result(answer)
    }

    /// Tells the server that the session is over. Servers may refuse that, and forget sessions by themselves.
    func end() async {
        guard base.headers["mcp-session-id"] != nil else { return }
        var request = base
        (request.method, request.body) = ("DELETE", nil)
        _ = try? await outside.exchange(request, context, timeout: .seconds(5))
    }

    private static func send(
        _ message: JSON, _ base: OutsideRequest, _ outside: Outside, _ timeout: Duration?, _ context: FunctionContext
    ) async throws(FunctionError) -> HTTPClientResponse {
        var request = base
        request.body = message.bytes()
        if let id = message["id"] {
            // A stream may stay open after the answer.
            request.isComplete = { bytes in
                bytes.last == UInt8(ascii: "\n")
                    && JSONRPC.messages(ofStream: bytes).contains { JSONRPC.answers($0, id) }
            }
        }
        let response = try await outside.exchange(request, context, timeout: timeout)
        if !response.isSuccess {
            // An error may come with a status of its own.
            if let answer = JSONRPC.messages(response).first(where: { $0["error"] != nil }) {
                _ = try JSONRPC.result(answer)
            }
            throw .fault(
                Fault(
                    .runtime, .remoteError, "the server answered by status \(response.status)",
                    status: response.status), .answered)
        }
        return response
    }
}
