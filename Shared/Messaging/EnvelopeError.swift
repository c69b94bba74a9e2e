/// Why a record is no CloudEvent. Holds nothing of its content.
public struct EnvelopeError: Error, Sendable, Hashable {
    /// One clause.
    public let reason: String

    init(_ reason: String) { self.reason = reason }
}
