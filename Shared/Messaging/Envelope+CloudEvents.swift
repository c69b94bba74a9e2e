import Core

/// The CloudEvents 1.0 binding for Kafka: binary and structured mode.
extension Envelope {
    /// The content type of the schemas' messages.
    public static let protobuf = "application/protobuf"
    static let structured = "application/cloudevents+json"

    /// Whether a body of this type holds the attributes, too.
    static func isStructured(_ contentType: String) -> Bool { contentType.utf8.starts(with: structured.utf8) }

    /// The headers, in a fixed order: all attributes in binary mode, none in structured mode, where the body has them.
    package func headers(contentType: String) -> [(name: String, value: String)] {
        if Self.isStructured(contentType) { return [("content-type", contentType)] }
        var headers = [
            ("ce_specversion", "1.0"), ("ce_id", id), ("ce_type", type), ("ce_source", source),
            ("ce_time", time.description), ("ce_tenant", tenant), ("content-type", contentType),
        ]
        if let subject { headers.append(("ce_subject", subject)) }
        if let correlationID { headers.append(("ce_correlationid", correlationID)) }
        if let causationID { headers.append(("ce_causationid", causationID)) }
        if let traceparent { headers.append(("traceparent", traceparent)) }
        for (name, value) in extensions.sorted(by: { $0.key < $1.key }) where Self.isExtension(name) {
            headers.append(("ce_" + name, value))
        }
        return headers
    }

    /// Reads the headers of binary mode, their names in lower case; of two of a name the later counts. `time` is the
    /// record's, for events that do not say; `tenant` is whose they are when they do not say.
    static func binary(
        _ headers: [(name: String, value: String)], time: Instant, tenant: String = defaultTenant
    ) throws(EnvelopeError) -> Envelope {
        var attributes = EventAttributes()
        for (name, value) in headers {
            if name.hasPrefix("ce_") {
                try attributes.take(name.withoutFirst(3), value)
            } else if name == "traceparent" {
                attributes.traceparent = value
            }
        }
        return try attributes.envelope(time: time, tenant: tenant)
    }

    /// What the envelope has members for, or what is no attribute at all.
    private static let known: Set<String> = [
        "specversion", "id", "type", "source", "time", "subject", "tenant", "correlationid", "causationid",
        "traceparent", "datacontenttype", "data", "data_base64",
    ]

    static func isExtension(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && !known.contains(name)
            && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
    }

    /// Reads structured mode: the envelope, the data and its content type.
    static func structured(
        _ body: [UInt8], time: Instant, tenant: String = defaultTenant
    ) throws(EnvelopeError) -> (envelope: Envelope, contentType: String, data: [UInt8]) {
        let event: JSON
        do { event = try JSON(parsing: body) } catch {
            throw EnvelopeError("the structured event is not JSON: \(error)")
        }
        guard case .object(let members) = event else { throw EnvelopeError("the structured event is no JSON object") }
        var attributes = EventAttributes()
        for (name, value) in members where name != "data" && name != "data_base64" && !value.isNull {
            if let text = value.string {
                try attributes.take(name, text)
            } else if isExtension(name) {
                try attributes.take(name, value.text())
            }
        }
        attributes.traceparent = members["traceparent"]?.string
        let envelope = try attributes.envelope(time: time, tenant: tenant)
        let contentType = members["datacontenttype"]?.string ?? "application/json"
        if let encoded = members["data_base64"] {
            guard members["data"] == nil, let data = encoded.string.flatMap({ Base64.decoded($0) }) else {
                throw EnvelopeError("data_base64 is not base64, or has data beside it")
            }
            return (envelope, members["datacontenttype"]?.string ?? "application/octet-stream", data)
        }
        // Text of another kind than JSON stands there as it is.
        if let text = members["data"]?.string, contentType.prefix(5) == "text/" {
            return (envelope, contentType, Array(text.utf8))
        }
        return (envelope, contentType, members["data"]?.bytes() ?? [])
    }
}
