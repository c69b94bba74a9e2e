public import Expressions

/// What runs before and after tasks of a kind.
public struct TaskExtension: Sendable {
    /// Its name.
    public let name: String
    /// The kind of task, such as `call`, or `all`.
    public let target: String
    /// What must hold for it to apply.
    public let when: Expression?
    /// What runs before the task; `exit` in it takes the task's place.
    public let before: TaskList?
    /// What runs after the task.
    public let after: TaskList?
}
