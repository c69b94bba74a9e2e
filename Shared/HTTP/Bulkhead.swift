/// Bounds how many calls to one host are under way, so that a slow host cannot take all the room. Pure.
public struct Bulkhead: Sendable, Hashable {
    /// Calls at a time.
    public let limit: Int
    /// Calls under way.
    public private(set) var occupied = 0

    /// An empty one; the limit is at least 1.
    public init(limit: Int) { self.limit = max(1, limit) }

    /// Takes a place; false when there is none.
    public mutating func enter() -> Bool {
        guard occupied < limit else { return false }
        occupied += 1
        return true
    }

    /// Gives a place back.
    public mutating func leave() {
        precondition(occupied > 0, "more left than entered")
        occupied -= 1
    }
}
