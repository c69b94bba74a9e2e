import Core

/// The CloudEvents 1.0 binding for Kafka: binary mode both ways, structured mode inwards.
extension Envelope {
    static let protobuf = "application/protobuf"
    static let structured = "application/cloudevents+json"

    /// The headers of binary mode, in a fixed order.
    func headers(contentType: String) -> [(name: String, value: String)] {
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

    /// Reads the headers of binary mode. `time` is the record's, for events that do not say; `tenant` is whose they are
    /// when they do not say.
    static func binary(
        _ headers: [String: String], time: Instant, tenant: String = defaultTenant
    ) throws(EnvelopeError) -> Envelope {
        var attributes: [String: String] = [:]
        for (name, value) in headers where name.hasPrefix("ce_") { attributes[String(name.dropFirst(3))] = value }
        return try named(attributes, traceparent: headers["traceparent"], time: time, tenant: tenant)
    }

    /// The envelope of attributes by their names.
    static func named(
        _ attributes: [String: String], traceparent: String?, time: Instant, tenant: String
    ) throws(EnvelopeError) -> Envelope {
        var envelope = try checked({ attributes[$0] }, traceparent: traceparent, time: time, tenant: tenant)
        for (name, value) in attributes { try envelope.add(name, value) }
        return envelope
    }

    /// What the envelope has members for, or what is no attribute at all.
    private static let known: Set<String> = [
        "specversion", "id", "type", "source", "time", "subject", "tenant", "correlationid", "causationid",
        "traceparent", "datacontenttype", "data", "data_base64",
    ]

    private static func isExtension(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && !known.contains(name)
            && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
    }

    private mutating func add(_ name: String, _ value: String) throws(EnvelopeError) {
        guard Self.isExtension(name) else { return }
        guard !value.utf8.contains(0) else { throw EnvelopeError("the attribute \(name) holds a NUL") }
        extensions[name] = value
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
        var envelope = try checked(
            { members[$0]?.string }, traceparent: members["traceparent"]?.string, time: time, tenant: tenant)
        let contentType = members["datacontenttype"]?.string ?? "application/json"
        for (name, value) in members where !value.isNull { try envelope.add(name, value.string ?? value.text()) }
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

    private static func checked(
        _ attribute: (String) -> String?, traceparent: String?, time: Instant, tenant: String
    ) throws(EnvelopeError) -> Envelope {
        func optional(_ name: String) throws(EnvelopeError) -> String? {
            guard let value = attribute(name) else { return nil }
            // Forbidden in CloudEvents, and the database cannot hold it.
            guard !value.utf8.contains(0) else { throw EnvelopeError("the attribute \(name) holds a NUL") }
            return value
        }
        func needed(_ name: String) throws(EnvelopeError) -> String {
            guard let value = try optional(name), !value.isEmpty else {
                throw EnvelopeError("the attribute \(name) is missing")
            }
            return value
        }
        guard try needed("specversion") == "1.0" else { throw EnvelopeError("expected specversion 1.0") }
        var happened = time
        if let text = attribute("time") {
            guard let read = Instant(text) else { throw EnvelopeError("the attribute time is no RFC 3339 time") }
            happened = read
        }
        return Envelope(
            id: try needed("id"), type: try needed("type"), source: try needed("source"), time: happened,
            subject: try optional("subject"), tenant: try optional("tenant") ?? tenant,
            correlationID: try optional("correlationid"), causationID: try optional("causationid"),
            traceparent: traceparent.flatMap { $0.utf8.contains(0) ? nil : $0 })
    }
}

/// Why a record is no CloudEvent. Holds nothing of its content.
struct EnvelopeError: Error, Hashable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
