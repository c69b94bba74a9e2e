/// Checks a stored history from its first event: order, gaps, the hash chain and the log's own record of its end.
public struct HistoryVerification: Sendable {
    /// One event as it is stored.
    public struct StoredEvent: Sendable, Hashable {
        /// Its sequence.
        public var sequence: Int64
        /// The encoded message.
        public var message: [UInt8]
        /// Its stored hash.
        public var hash: [UInt8]

        /// An event with its hash.
        public init(sequence: Int64, message: [UInt8], hash: [UInt8]) {
            (self.sequence, self.message, self.hash) = (sequence, message, hash)
        }
    }

    /// What is wrong with a history.
    public enum Finding: Sendable, Hashable, CustomStringConvertible {
        /// Events are missing.
        case gap(ClosedRange<Int64>)
        /// The event was changed, or one before it was.
        case broken(sequence: Int64)
        /// The log ends elsewhere than its record says.
        case wrongEnd(recorded: Int64, found: Int64)

        /// One sentence for people.
        public var description: String {
            switch self {
            case .gap(let missing): "events \(missing.lowerBound) to \(missing.upperBound) are missing"
            case .broken(let sequence): "event \(sequence) does not match its hash: it or one before it was changed"
            case .wrongEnd(let recorded, let found): "the log says that it ends at \(recorded), but it ends at \(found)"
            }
        }
    }

    private let chain: HashChain
    private var expected: Int64 = 1
    private var previous = HashChain.origin

    /// A verification that has seen nothing yet.
    public init(chain: HashChain) { self.chain = chain }

    /// Checks the next stored event; events are given in order of sequence, in as many portions as one likes.
    public mutating func check(_ event: StoredEvent) -> Finding? {
        guard event.sequence == expected else { return .gap(expected...max(expected, event.sequence - 1)) }
        guard chain.link(previous: previous, sequence: event.sequence, message: event.message) == event.hash else {
            return .broken(sequence: event.sequence)
        }
        expected += 1
        previous = event.hash
        return nil
    }

    /// Checks the log's record against the events that were given.
    public func finish(_ log: HistoryLog) -> Finding? {
        guard log.lastSequence == expected - 1 else {
            return .wrongEnd(recorded: log.lastSequence, found: expected - 1)
        }
        return log.lastHash == previous ? nil : .broken(sequence: log.lastSequence)
    }
}
