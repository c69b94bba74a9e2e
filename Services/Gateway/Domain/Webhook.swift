public import Core

/// A place where an outside system posts its news; each delivery becomes a CloudEvent.
public struct Webhook: Sendable, Hashable {
    /// Its name, a DNS label.
    public let name: String
    /// What deliveries are signed with; nil: they carry an API key of the tenant.
    public let secret: String?
    /// The header with the signature, in lower case.
    public let signatureHeader: String
    /// The header with the delivery's id, in lower case: a repeated delivery has the same.
    public let deliveryHeader: String
    /// The type of the CloudEvents.
    public let eventType: String
    /// JSON pointer of the subject in the body; empty for none.
    public let subject: String

    /// A webhook with its settings.
    public init(
        name: String, secret: String?, signatureHeader: String, deliveryHeader: String, eventType: String,
        subject: String
    ) {
        (self.name, self.secret, self.signatureHeader) = (name, secret, signatureHeader)
        (self.deliveryHeader, self.eventType, self.subject) = (deliveryHeader, eventType, subject)
    }

    /// Reads the settings. Gives the webhook, or all faults.
    public static func read(_ body: JSON) -> Result<Webhook, RequestFaults> {
        var reader = RequestReader(body)
        let name = reader.text("name", required: true, limit: 63)
        let secret = reader.text("secret", limit: 500)
        let type = reader.text("eventType", required: true, limit: 200)
        let signature = reader.text("signatureHeader", limit: 100)
        let delivery = reader.text("deliveryHeader", limit: 100)
        let subject = reader.text("subject", limit: 500)
        var faults = reader.finish()
        func fault(_ member: String, _ found: String, _ expected: String) {
            faults.append(RequestFault(at: JSONPointer([member]), found: found, expected: expected))
        }
        if !name.isEmpty, !ResourceName.isLabel(name) { fault("name", "another text", "a DNS label") }
        if !secret.isEmpty, secret.utf8.count < 16 {
            fault("secret", "\(secret.utf8.count) bytes", "at least 16 bytes")
        }
        if !subject.isEmpty, JSONPointer(subject) == nil { fault("subject", "another text", "a JSON pointer") }
        guard faults.isEmpty else { return .failure(RequestFaults(faults)) }
        return .success(
            Webhook(
                name: name, secret: secret.isEmpty ? nil : secret,
                signatureHeader: signature.isEmpty ? "x-hub-signature-256" : signature.lowercased(),
                deliveryHeader: delivery.isEmpty ? "x-github-delivery" : delivery.lowercased(), eventType: type,
                subject: subject))
    }

    /// What the API shows: never the secret.
    public var json: JSON {
        [
            "name": .string(name), "signed": .bool(secret != nil), "signatureHeader": .string(signatureHeader),
            "deliveryHeader": .string(deliveryHeader), "eventType": .string(eventType), "subject": .string(subject),
            "url": .string("/v1/webhooks/\(name)"),
        ]
    }

    /// The bytes of a signature as it stands in a header: hexadecimal or Base64, with or without `sha256=` before it;
    /// nil when it is neither.
    public static func signature(_ header: String) -> [UInt8]? {
        var text = header[...]
        if text.hasPrefix("sha256=") { text = text.dropFirst(7) }
        if text.utf8.count == 64 {
            var bytes: [UInt8] = []
            var rest = text[...]
            while !rest.isEmpty {
                guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
                bytes.append(byte)
                rest = rest.dropFirst(2)
            }
            return bytes
        }
        return Base64.decoded(String(text)).flatMap { $0.count == 32 ? $0 : nil }
    }

    /// Whether two digests are equal, in a time that does not tell where they differ.
    public static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// The subject in a delivery's body, if it says one.
    public func subject(of body: JSON?) -> String? {
        guard !subject.isEmpty, let value = JSONPointer(subject).flatMap({ $0.resolve(in: body ?? .null) }),
            !value.isNull
        else {
            return nil
        }
        return value.string ?? value.text()
    }
}
