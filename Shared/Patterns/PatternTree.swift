/// A pattern as it was written.
indirect enum PatternTree: Sendable {
    case empty
    case scalar(UInt32, ignoresCase: Bool)
    case set(ScalarSet)
    case sequence([PatternTree])
    case alternatives([PatternTree])
    case capture(Int, PatternTree)
    case atomic(PatternTree)
    case look(PatternTree, behind: Bool, negative: Bool)
    case repeated(PatternTree, Repetition)
    case anchor(Anchor)
    /// The groups that it may refer to: the last one that took part counts.
    case backreference([Int], ignoresCase: Bool)
    /// `\K`: the match begins here.
    case keep

    struct Repetition: Sendable {
        enum Kind: Sendable { case greedy, lazy, possessive }

        var least: Int
        /// `Int.max` without a bound.
        var most: Int
        var kind: Kind
    }

    enum Anchor: Sendable {
        case textStart, textEnd, textEndOrLastNewline, lineStart, lineEnd, searchStart
        case wordBoundary(ascii: Bool, negated: Bool)
    }

    /// Whether it may match without taking anything.
    var canBeEmpty: Bool {
        switch self {
        case .empty, .look, .anchor, .backreference, .keep: true
        case .scalar, .set: false
        case .sequence(let parts): parts.allSatisfy(\.canBeEmpty)
        case .alternatives(let branches): branches.contains(where: \.canBeEmpty)
        case .capture(_, let inner), .atomic(let inner): inner.canBeEmpty
        case .repeated(let inner, let repetition): repetition.least == 0 || inner.canBeEmpty
        }
    }
}
