import Core

/// A session with an MCP server over stdio: `initialize`, `notifications/initialized`, one request, and good-bye.
struct MCPDialogue: Conversation {
    private enum Stage: Sendable, Hashable { case greeting, asked, over }

    private let call: MCPCall
    private var stage = Stage.greeting
    private var answer: JSON?
    private var failure: FunctionError?

    init(_ call: MCPCall) { self.call = call }

    var opening: [UInt8] { Self.line(JSONRPC.message("initialize", call.greeting, id: 0)) }

    /// Whether the server may have begun what was asked of it.
    var isAsked: Bool { stage != .greeting }

    mutating func reply(to line: [UInt8]) -> ConversationStep {
        // A server must write nothing else to stdout; what it writes all the same says nothing.
        guard let message = try? JSON(parsing: line) else { return .say([]) }
        if let id = message["id"], message["method"] != nil { return .say(Self.line(Self.response(message, id))) }
        switch stage {
        case .greeting where JSONRPC.answers(message, 0):
            do throws(FunctionError) { try MCPSession.check(greeting: JSONRPC.result(message)) } catch {
                (failure, stage) = (error, .over)
                return .end
            }
            stage = .asked
            return .say(
                Self.line(JSONRPC.message("notifications/initialized", nil, id: nil))
                    + Self.line(JSONRPC.message(call.method, call.parameters, id: 1)))
        case .asked where JSONRPC.answers(message, 1):
            (answer, stage) = (message, .over)
            return .end
        default: return .say([])
        }
    }

    /// The result of the request. Throws the error that the server answered by, or that it did not answer.
    func result() throws(FunctionError) -> JSON {
        if let failure { throw failure }
        guard let answer else {
            throw .fault(
                Fault(.runtime, .remoteError, "the server ended without an answer"), isAsked ? .unknown : .nothing)
        }
        return try JSONRPC.result(answer)
    }

    /// The answer to a request of the server's: it lives, and none of its other wishes is granted.
    private static func response(_ message: JSON, _ id: JSON) -> JSON {
        if message["method"] == "ping" { return ["jsonrpc": "2.0", "id": id, "result": [:]] }
        return ["jsonrpc": "2.0", "id": id, "error": ["code": -32601, "message": "Method not found"]]
    }

    private static func line(_ message: JSON) -> [UInt8] { message.bytes() + [UInt8(ascii: "\n")] }
}
