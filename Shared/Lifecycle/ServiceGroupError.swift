/// Why a group ended badly though no member threw.
public struct ServiceGroupError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of bad end.
    public enum Code: String, Sendable, Hashable {
        /// A member returned though nobody had asked it to stop.
        case endedUnasked
        /// The grace time passed, or a second signal came, while members were still draining.
        case drainCutShort
    }

    /// The kind of bad end.
    public let code: Code
    /// The members concerned.
    public let members: [String]

    /// `drainCutShort: consumer, outbox`
    public var description: String { "\(code.rawValue): \(members.joined(separator: ", "))" }
}
