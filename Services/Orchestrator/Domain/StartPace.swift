/// How many starts one transaction takes out of the line, so that it is short: whoever comes meanwhile waits for its
/// end. Pure.
public struct StartPace: Sendable, Hashable {
    /// What a transaction may take.
    public static let goal: Duration = .milliseconds(10)
    /// However slow it is, it takes so many: each transaction has its price.
    public static let least = 8

    private let most: Int
    /// What one start takes, averaged; nil before the first.
    private var each: Duration?

    /// Up to `most` starts.
    public init(most: Int) { self.most = most }

    /// How many the next one takes.
    public var count: Int {
        guard let each, each > .zero else { return most }
        return min(most, max(Self.least, Int(Self.goal / each)))
    }

    /// Notes that a transaction with `count` starts took `time`.
    public mutating func note(_ count: Int, in time: Duration) {
        guard count > 0 else { return }
        let own = time / count
        each = each.map { ($0 * 3 + own) / 4 } ?? own
    }
}
