import Core
import HTTP

/// JSON-RPC 2.0 over HTTP, answered by JSON or by a stream of events.
enum JSONRPC {
    /// A message; without an id it is a notification.
    static func message(_ method: String, _ parameters: JSON?, id: JSON?) -> JSON {
        var message: JSONObject = ["jsonrpc": "2.0"]
        message["id"] = id
        message["method"] = .string(method)
        message["params"] = parameters
        return .object(message)
    }

    /// The messages of an answer, in order; an array of JSON is one each.
    static func messages(_ response: HTTPClientResponse) -> [JSON] {
        let type = response.headers["content-type"]?.lowercased() ?? ""
        if type.hasPrefix("text/event-stream") { return messages(ofStream: response.body) }
        guard let value = try? JSON(parsing: response.body) else { return [] }
        return value.array ?? [value]
    }

    static func messages(ofStream bytes: [UInt8]) -> [JSON] {
        EventStream.data(of: bytes).compactMap { try? JSON(parsing: $0) }.flatMap { $0.array ?? [$0] }
    }

    /// Whether a message is the answer to the request `id`.
    static func answers(_ message: JSON, _ id: JSON) -> Bool {
        message["id"] == id && (message["result"] != nil || message["error"] != nil)
    }

    /// The result in an answer; throws a runtime fault for an error.
    static func result(_ message: JSON) throws(FunctionError) -> JSON {
        if let error = message["error"], !error.isNull {
            let text = error["message"]?.string.map { ": \($0.prefix(200))" } ?? ""
            throw failed("the server answered by error \(error["code"]?.int ?? 0)\(text)")
        }
        guard let result = message["result"] else { throw failed("the answer has neither result nor error") }
        return result
    }

    static func failed(_ detail: String) -> FunctionError {
        .fault(Fault(.runtime, .remoteError, detail), .answered)
    }

    /// What the DSL asks for: failures of remote procedures are `runtime` errors, however they came about. Those of
    /// the call itself, of its authority and of its time stay what they are.
    static func runtime(_ error: FunctionError) -> FunctionError {
        guard case .fault(var fault, let reach) = error, fault.type == Fault.Standard.communication.type else {
            return error
        }
        let standard = Fault.Standard.runtime
        (fault.type, fault.title) = (standard.type, standard.rawValue)
        return .fault(fault, reach)
    }
}
