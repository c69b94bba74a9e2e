public import Expressions

/// What a `for` goes over.
public struct LoopClause: Sendable {
    /// The variable that is the item.
    public let each: String
    /// The variable that is its index, from 0.
    public let at: String
    /// What gives the items.
    public let items: Template
    /// What must hold before each iteration.
    public let condition: Expression?
    /// What runs for each item; the output of one iteration is the input of the next.
    public let body: TaskList
}
