public import Core

/// Runs that go on side by side below one task: the branches of a `fork`, the items of a `map`.
public struct LaneSetup: Sendable, Hashable {
    /// What the lanes are to one another.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// All must succeed; the first error ends the others.
        case join
        /// The first success wins and ends the others.
        case compete
        /// Each ends for itself; errors are results.
        case collect
    }

    /// How many there are.
    public var count: Int
    /// How many may be open at once; at least 1.
    public var limit: Int
    /// What they are to one another.
    public var mode: Mode
    /// What each lane is about, where they differ by an item only.
    public var items: [JSON]?
    /// The variable that is the item.
    public var each: String
    /// The variable that is the index.
    public var at: String

    /// `count` lanes, `limit` at once.
    public init(
        count: Int, limit: Int, mode: Mode, items: [JSON]? = nil, each: String = "item", at: String = "index"
    ) {
        (self.count, self.limit, self.mode) = (count, max(1, limit), mode)
        (self.items, self.each, self.at) = (items, each, at)
    }
}
