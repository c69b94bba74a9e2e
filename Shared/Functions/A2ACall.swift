import Core
import ObjectStore

/// The arguments of `a2a`.
struct A2ACall: Sendable {
    private static let methods: [String: PreparedCall.Effect] = [
        // An agent knows a message that is sent again by its id.
        "message/send": .idempotent, "message/stream": .idempotent, "tasks/get": .reads, "tasks/list": .reads,
        "tasks/cancel": .idempotent, "tasks/resubscribe": .reads, "tasks/pushNotificationConfig/set": .idempotent,
        "tasks/pushNotificationConfig/get": .reads, "tasks/pushNotificationConfig/list": .reads,
        "tasks/pushNotificationConfig/delete": .idempotent, "agent/getAuthenticatedExtendedCard": .reads,
    ]

    let method: String
    let parameters: JSON?
    let effect: PreparedCall.Effect

    /// Reads them; a message without id or role gets them, the id from `callID`.
    init(_ arguments: JSON, callID: String) throws(FunctionError) {
        guard let method = arguments["method"]?.string, let effect = Self.methods[method] else {
            throw .bad("method", "a method of A2A such as message/send", arguments["method"])
        }
        (self.method, self.effect) = (method, effect)
        let given = arguments["parameters"].flatMap(\.present)
        guard method.hasPrefix("message/") else {
            if let given, given.object == nil { throw .bad("parameters", "an object", given) }
            parameters = given
            return
        }
        guard var members = given?.object, var message = members["message"]?.object else {
            throw .bad("parameters", "an object with message", given)
        }
        if message["messageId"] == nil { message["messageId"] = .string(Self.identifier(callID)) }
        if message["role"] == nil { message["role"] = "user" }
        if message["kind"] == nil { message["kind"] = "message" }
        members["message"] = .object(message)
        parameters = .object(members)
    }

    /// Whether the answer is a sequence.
    var isStreamed: Bool { method == "message/stream" || method == "tasks/resubscribe" }

    /// A UUID (version 8, RFC 9562) that is the same in every attempt.
    static func identifier(_ callID: String) -> String {
        var bytes = Array(SHA256Digest.hash(Array("cadenza/a2a/\(callID)".utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x80
        bytes[8] = bytes[8] & 0x3f | 0x80
        let hex = Array(SHA256Digest.hex(bytes))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }.joined(separator: "-")
    }
}
