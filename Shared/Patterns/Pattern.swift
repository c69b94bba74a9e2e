/// A compiled regular expression. Searching backtracks with a stack of its own and counts steps, so that no pattern
/// and no text can hang or crash the program.
public struct Pattern: Sendable {
    /// The names of the capturing groups, in the order of their opening parentheses; nil for one without a name.
    public let groupNames: [String?]
    private let program: PatternProgram

    /// Compiles `source`: at most 32,768 scalars, 200 groups inside one another, 1000 groups. Throws
    /// `PatternError.syntax`.
    public init(_ source: String, options: PatternOptions = [], dialect: PatternDialect = .oniguruma)
        throws(PatternError)
    {
        var parser = PatternParser(source, options, dialect)
        let tree = try parser.pattern()
        groupNames = parser.groupNames
        program = PatternAssembler.assemble(tree, groups: parser.groupNames.count, options, dialect)
    }

    /// The first match that begins at `start` or later; nil when there is none. Each tried place and each operation
    /// takes one of `steps`; throws `PatternError.exhausted` when they are used up, or when more than half a million
    /// alternatives are open at once.
    public func firstMatch(in text: PatternText, from start: Int = 0, steps: inout Int) throws(PatternError)
        -> PatternMatch?
    {
        guard start >= 0, start <= text.count else { return nil }
        var machine = PatternMachine(program, text.scalars, start, steps)
        defer { steps = max(0, machine.stepsLeft) }
        return try machine.search()
    }

    /// Whether the pattern matches anywhere in `text`; as `firstMatch`.
    public func matches(_ text: String, steps: inout Int) throws(PatternError) -> Bool {
        try firstMatch(in: PatternText(text), steps: &steps) != nil
    }
}
