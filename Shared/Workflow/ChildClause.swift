/// An execution that a task starts.
public struct ChildClause: Sendable {
    /// What it runs; the version may be `latest`, which is resolved when it starts.
    public let definition: DefinitionReference
    /// Its input; nil for the task's.
    public let input: Template?
    /// Whether the task waits for its end.
    public let awaits: Bool
}
