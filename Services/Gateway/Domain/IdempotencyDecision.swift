/// What to do with a request that carries an idempotency key.
public enum IdempotencyDecision: Sendable, Hashable {
    /// It is the first of its key: do it.
    case proceed
    /// It was done: give the same answer.
    case replay(StoredAnswer)
    /// The key belongs to another request.
    case mismatch

    /// An answer as it was given.
    public struct StoredAnswer: Sendable, Hashable {
        /// The digest of the request that it answered.
        public let requestDigest: String
        /// The status.
        public let status: Int
        /// The body.
        public let body: [UInt8]

        /// An answer.
        public init(requestDigest: String, status: Int, body: [UInt8]) {
            (self.requestDigest, self.status, self.body) = (requestDigest, status, body)
        }
    }

    /// Decides by what is stored under the key.
    public init(stored: StoredAnswer?, requestDigest: String) {
        guard let stored else {
            self = .proceed
            return
        }
        self = stored.requestDigest == requestDigest ? .replay(stored) : .mismatch
    }

    /// Whether a key may be used: 1 to 200 printable ASCII characters.
    public static func isValid(key: String) -> Bool {
        (1...200).contains(key.utf8.count) && key.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }
}
