public import Core
public import Expressions

/// What a `try` does about errors.
public struct CatchClause: Sendable {
    /// What the error must equal, field by field: constants.
    public let filter: JSONObject
    /// The name of the error in expressions.
    public let variable: String
    /// What must hold for the error to be caught.
    public let when: Expression?
    /// What must not hold.
    public let exceptWhen: Expression?
    /// How it is tried again.
    public let retry: RetryClause?
    /// What runs once nothing is tried again.
    public let handler: TaskList?
    /// Where the list goes on after an error was caught; nil for the task's own `then`.
    public let then: FlowDirective?
}
