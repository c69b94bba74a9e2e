/// How far an execution's history has come. Pure: what is to be stored comes back as a value.
public struct HistoryLog: Sendable, Hashable {
    /// The last event's sequence; 0 when there is none.
    public private(set) var lastSequence: Int64
    /// The last event's hash.
    public private(set) var lastHash: [UInt8]

    /// The log as stored; without arguments, an empty one.
    public init(lastSequence: Int64 = 0, lastHash: [UInt8] = HashChain.origin) {
        (self.lastSequence, self.lastHash) = (lastSequence, lastHash)
    }

    /// What becomes of an event that came in.
    public enum Reception: Sendable, Hashable {
        /// The next one: store it with these hashes.
        case append(previous: [UInt8], hash: [UInt8])
        /// Already there: nothing to do.
        case duplicate
        /// One or more before it are missing: keep it aside until they come.
        case early(missing: ClosedRange<Int64>)
    }

    /// Takes the event with `sequence`, whose encoded message is `message`. Moves on only for `append`.
    public mutating func receive(sequence: Int64, message: [UInt8], chain: HashChain) -> Reception {
        if sequence <= lastSequence { return .duplicate }
        if sequence > lastSequence + 1 { return .early(missing: lastSequence + 1...sequence - 1) }
        let previous = lastHash
        let hash = chain.link(previous: previous, sequence: sequence, message: message)
        (lastSequence, lastHash) = (sequence, hash)
        return .append(previous: previous, hash: hash)
    }
}
