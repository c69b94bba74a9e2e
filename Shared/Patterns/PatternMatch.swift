/// Where a pattern matched, in scalars of the text.
public struct PatternMatch: Sendable, Hashable {
    /// The whole match.
    public let range: Range<Int>
    /// The groups that capture, in the order of their opening parentheses; nil for one that took no part.
    public let captures: [Range<Int>?]
}
