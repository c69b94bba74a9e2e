/// What an evaluation may use up. Carried from one evaluation to the next, it bounds them all together.
public struct EvaluationBudget: Sendable, Hashable {
    /// Evaluated operations; a built-in that walks data counts what it walks.
    public var steps: Int
    /// Evaluations inside one another.
    public let depth: Int
    /// Values in a result, and a 16th of the bytes of its texts.
    public let size: Int

    /// By default two million steps, 600 levels and a million values.
    public init(steps: Int = 2_000_000, depth: Int = 600, size: Int = 1_000_000) {
        (self.steps, self.depth, self.size) = (steps, depth, size)
    }
}
