import Core

/// The attributes of a CloudEvent as they come by. Of two of a name the later counts.
struct EventAttributes {
    private var specversion: String?
    private var id: String?
    private var type: String?
    private var source: String?
    private var time: String?
    private var subject: String?
    private var tenant: String?
    private var correlationID: String?
    private var causationID: String?
    private var extensions: [String: String] = [:]
    /// It stands apart from the attributes in binary mode.
    var traceparent: String?

    /// Notes an attribute. What is no attribute at all, such as the data, is passed over.
    mutating func take(_ name: String, _ value: String) throws(EnvelopeError) {
        switch name {
        case "specversion": specversion = value
        case "id": id = try Self.kept(name, value)
        case "type": type = try Self.kept(name, value)
        case "source": source = try Self.kept(name, value)
        case "time": time = value
        case "subject": subject = try Self.kept(name, value)
        case "tenant": tenant = try Self.kept(name, value)
        case "correlationid": correlationID = try Self.kept(name, value)
        case "causationid": causationID = try Self.kept(name, value)
        default: if Envelope.isExtension(name) { extensions[name] = try Self.kept(name, value) }
        }
    }

    /// NUL is forbidden in CloudEvents, and the database cannot hold it.
    private static func kept(_ name: String, _ value: String) throws(EnvelopeError) -> String {
        if value.hasNUL { throw EnvelopeError("the attribute \(name) holds a NUL") }
        return value
    }

    /// The envelope; `time` and `tenant` are those of events that do not say.
    func envelope(time: Instant, tenant: String) throws(EnvelopeError) -> Envelope {
        func needed(_ name: String, _ value: String?) throws(EnvelopeError) -> String {
            guard let value, !value.isEmpty else { throw EnvelopeError("the attribute \(name) is missing") }
            return value
        }
        guard try needed("specversion", specversion) == "1.0" else { throw EnvelopeError("expected specversion 1.0") }
        var happened = time
        if let text = self.time {
            guard let read = Instant(text) else { throw EnvelopeError("the attribute time is no RFC 3339 time") }
            happened = read
        }
        return Envelope(
            id: try needed("id", id), type: try needed("type", type), source: try needed("source", source),
            time: happened, subject: subject, tenant: self.tenant ?? tenant, correlationID: correlationID,
            causationID: causationID, traceparent: traceparent.flatMap { $0.hasNUL ? nil : $0 },
            extensions: extensions)
    }
}
