import Contracts
import Core
import GatewayDomain
import Messaging
import ProtoWire

/// The message of a dead letter, read as its service would read it.
struct LetterMessage {
    let row: DeadLetterRow
    let content: LetterContent
    /// Nil when the topic is none of this installation's.
    let topic: Topic?
    let inbound: Result<Inbound, EnvelopeError>

    /// The message `content` of a letter; `topic` is the letter's without the installation's prefix.
    init(_ row: DeadLetterRow, _ content: LetterContent, topic: Topic?) {
        (self.row, self.content, self.topic) = (row, content, topic)
        do throws(EnvelopeError) {
            inbound = .success(
                try Inbound(
                    topic: topic ?? Topic(row.topic), partition: row.partition, offset: row.offset, key: row.key,
                    value: content.value, headers: content.headers.map { ($0.name, $0.value) },
                    receivedAt: row.diedAt, tenant: row.tenant))
        } catch {
            inbound = .failure(error)
        }
    }

    var envelope: Envelope? { try? inbound.get().envelope }

    /// What the body is said to be, without parameters.
    private var contentType: String {
        String((content["content-type"] ?? "").prefix { $0 != ";" }).lowercased().filter { $0 != " " }
    }

    /// The schema of the body, when it is said to be a message and its type is known.
    var schema: (any ProtoMessage.Type)? {
        guard contentType == "application/protobuf" else { return nil }
        return content["ce_type"].flatMap { MessageCatalogue.type(named: $0) }
    }

    /// Its full name.
    var schemaName: String? { schema?.protoName }

    private var isJSON: Bool { contentType == "application/json" || contentType.hasSuffix("+json") }

    /// The body by its schema or as JSON where it is that, else as text, else as bytes.
    var body: LetterBody {
        if let schema, let json = try? MessageJSON.json(of: content.value, as: schema) { return .json(json) }
        if isJSON, let json = try? JSON(parsing: content.value) { return .json(json) }
        guard contentType != "application/protobuf", let text = String(validating: content.value, as: UTF8.self) else {
            return .bytes(content.value)
        }
        return .text(text)
    }

    /// The bytes of a body as people write it: JSON becomes a message where the headers say that it is one. Throws the
    /// faults.
    func encoded(_ body: LetterBody) throws(RequestFaults) -> [UInt8] {
        switch body {
        case .bytes(let bytes): return bytes
        case .text(let text): return Array(text.utf8)
        case .json(let json):
            guard let schema else { return json.bytes() }
            do { return try MessageJSON.bytes(of: json, as: schema) } catch {
                let pointer = JSONPointer(["body", "json"] + error.pointer.tokens)
                throw RequestFaults([RequestFault(at: pointer, found: error.found, expected: error.expected)])
            }
        }
    }

    /// The message inside, as JSON, when it is one of a known schema, however it is wrapped.
    var decoded: JSON? {
        guard let message = try? inbound.get(), message.contentType == "application/protobuf",
            let type = MessageCatalogue.type(named: message.envelope.type)
        else { return nil }
        return try? MessageJSON.json(of: message.body, as: type)
    }

    /// The place in an edited message where it speaks of something else than the one that died.
    var foreign: JSONPointer? {
        guard content != row.original, let decoded, let message = try? inbound.get() else { return nil }
        let original = LetterMessage(row, row.original, topic: topic).decoded
        return LetterIdentity.foreign(in: decoded, original: original, key: message.key)
    }

    /// The message once more for the service in which it died; nil when it cannot be published.
    func redriven(as id: String, count: Int) -> Outbound? {
        guard topic != nil, let message = try? inbound.get(), foreign == nil else { return nil }
        var outbound = Outbound(redriving: message, id: id, Redrive(service: row.service, count: count))
        // Whatever the headers say: nobody publishes in another tenant's name.
        outbound.envelope.tenant = row.tenant
        return outbound
    }
}
