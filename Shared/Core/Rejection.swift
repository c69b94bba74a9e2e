/// A refused command: a business "no", returned as a value and never thrown.
public struct Rejection: Sendable, Hashable, CustomStringConvertible {
    /// What kind of "no" it is; decides the HTTP status at the edge.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The command itself is malformed or incomplete.
        case invalid
        /// What it names does not exist.
        case notFound
        /// It contradicts the present state.
        case conflict
        /// The caller may not do it.
        case forbidden
        /// A quota, budget or rate is used up.
        case exhausted
    }

    /// What kind of "no" it is.
    public var kind: Kind
    /// The operator-facing code; its page tells what to do.
    public var code: ErrorCode
    /// One sentence: what was refused and what was expected. No secrets, no payload.
    public var reason: String

    /// A refusal of `kind` with its code and sentence.
    public init(_ kind: Kind, _ code: ErrorCode, _ reason: String) {
        (self.kind, self.code, self.reason) = (kind, code, reason)
    }

    /// `GW0004 notFound: …`
    public var description: String { "\(code) \(kind.rawValue): \(reason)" }
}
