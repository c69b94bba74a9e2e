/// One rule of a policy.
public struct Rule: Sendable, Hashable {
    /// Unique within the policy.
    public let id: String
    /// A jq program that gives true or false for the input.
    public let when: String
    /// What the policy says when the rule fires.
    public let outcome: Outcome
    /// What the rule adds to the risk when it fires, 0 … 100.
    public let risk: Int
    /// Why, for people.
    public let reason: Reason

    /// Why a rule fired: a fixed sentence, or a jq program over the input.
    public enum Reason: Sendable, Hashable {
        /// As written.
        case text(String)
        /// The inside of `${ … }`.
        case expression(String)
    }
}
