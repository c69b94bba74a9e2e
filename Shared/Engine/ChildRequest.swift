public import Core
public import Workflow

/// An execution that is to be started for a task.
public struct ChildRequest: Sendable, Hashable {
    /// Its id, `<parent>.<run number>`.
    public var executionID: String
    /// What it runs; the version may be `latest`, which is resolved when it starts.
    public var definition: DefinitionReference
    /// Its raw input.
    public var input: JSON
    /// Whether the task waits for its end.
    public var awaits: Bool

    /// A child of `definition` with `input`.
    public init(executionID: String, definition: DefinitionReference, input: JSON, awaits: Bool) {
        (self.executionID, self.definition, self.input, self.awaits) = (executionID, definition, input, awaits)
    }
}
