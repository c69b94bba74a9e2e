public import Core

/// A version of a policy: immutable once registered.
public struct PolicyDocument: Sendable, Hashable {
    /// The name, unique in the tenant; slashes group.
    public let name: String
    /// The version.
    public let version: SemanticVersion
    /// For people.
    public let description: String
    /// What holds when no rule fires.
    public let fallback: Outcome
    /// The rules, in order.
    public let rules: [Rule]
    /// How the rules that fire make one outcome.
    public let combine: Combine
    /// From which risk on a verdict is at least `review`.
    public let reviewFrom: Int?
    /// From which risk on a verdict is `deny`.
    public let denyFrom: Int?

    /// How the rules that fire make one outcome.
    public enum Combine: String, Sendable, Hashable, CaseIterable {
        /// All rules are asked; the most severe outcome of those that fire holds; their risks add up to at most 100.
        case mostSevere = "most-severe"
        /// The first rule that fires decides, with its own risk; the rules after it are not asked.
        case firstMatch = "first-match"
    }
}
