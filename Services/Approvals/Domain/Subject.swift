/// What the approver is shown and signs.
public struct Subject: Sendable, Hashable {
    /// Lower-case hex of the SHA-256 of what is shown (canonical JSON, or the blob's own digest);
    /// empty when it cannot be read.
    public var digest: String
    /// The payload as it travels; the rules never look inside.
    public var content: [UInt8]

    /// A subject with its digest, computed by the caller.
    public init(digest: String, content: [UInt8]) { (self.digest, self.content) = (digest, content) }
}
