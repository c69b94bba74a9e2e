public import Core

/// What stands on the outside of every message: the attributes of a CloudEvent 1.0.
public struct Envelope: Sendable, Hashable {
    /// Unique together with `source`; the same when a publisher repeats itself.
    public var id: String
    /// What the message is: the full name of its schema, or an outside system's event type.
    public var type: String
    /// Who published it, such as `cadenza/orchestrator`.
    public var source: String
    /// When it happened.
    public var time: Instant
    /// What it is about.
    public var subject: String?
    /// Whose it is.
    public var tenant: String
    /// What it belongs to from its beginning on.
    public var correlationID: String?
    /// The id of the message that led to it.
    public var causationID: String?
    /// W3C trace context.
    public var traceparent: String?
    /// Attributes beyond these, by their names: lower-case letters and digits.
    public var extensions: [String: String]

    /// An envelope with its attributes.
    public init(
        id: String, type: String, source: String, time: Instant, subject: String? = nil, tenant: String,
        correlationID: String? = nil, causationID: String? = nil, traceparent: String? = nil,
        extensions: [String: String] = [:]
    ) {
        (self.id, self.type, self.source, self.time) = (id, type, source, time)
        (self.subject, self.tenant, self.correlationID) = (subject, tenant, correlationID)
        (self.causationID, self.traceparent, self.extensions) = (causationID, traceparent, extensions)
    }

    /// Whose a message is that does not say.
    public static let defaultTenant = "default"
}
