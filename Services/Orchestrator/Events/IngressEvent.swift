import Core
import Messaging
import ObjectStore
import OrchestratorDomain

/// An event from outside as executions see it.
struct IngressEvent: Sendable {
    /// The CloudEvent in JSON.
    let json: JSON
    let envelope: Envelope
    /// What it is known by when it comes again.
    let digest: String

    /// Reads a message of the ingress topic. Throws `UnreadableMessage` when its data is not what it says.
    init(_ message: Inbound) throws(UnreadableMessage) {
        envelope = message.envelope
        digest = ContentDigest.hex(of: Array("\(envelope.source)\n\(envelope.id)".utf8))
        var event: JSONObject = [
            "specversion": "1.0", "id": .string(envelope.id), "source": .string(envelope.source),
            "type": .string(envelope.type), "time": .string(envelope.time.description),
        ]
        event["subject"] = envelope.subject.map(JSON.string)
        event["correlationid"] = envelope.correlationID.map(JSON.string)
        event["causationid"] = envelope.causationID.map(JSON.string)
        for (name, value) in envelope.extensions.sorted(by: { $0.key < $1.key }) where event[name] == nil {
            event[name] = .string(value)
        }
        if !message.body.isEmpty {
            event["datacontenttype"] = .string(message.contentType)
            try Self.put(message, into: &event)
        }
        json = .object(event)
    }

    private static func put(_ message: Inbound, into event: inout JSONObject) throws(UnreadableMessage) {
        let type = message.contentType.prefix { $0 != ";" }.lowercased()
        if type == "application/json" || type.hasSuffix("+json") || type == "text/json" {
            guard let data = try? JSON(parsing: message.body) else {
                throw UnreadableMessage(code: .unreadableMessage, cause: "the event's data is not JSON")
            }
            event["data"] = data
        } else if type.hasPrefix("text/") || type.hasSuffix("/xml") || type.hasSuffix("+xml") {
            guard let text = String(validating: message.body, as: UTF8.self) else {
                throw UnreadableMessage(code: .unreadableMessage, cause: "the event's data is not UTF-8")
            }
            event["data"] = .string(text)
        } else {
            event["data_base64"] = .string(Base64.text(message.body))
        }
    }
}
