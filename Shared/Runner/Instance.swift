import Core
public import Engine
public import Workflow

/// One execution in a world.
public struct Instance: Sendable {
    /// What it runs.
    public let definition: CompiledDefinition
    /// Where it stands.
    public internal(set) var state: ExecutionState
    /// The task of another execution that waits for its end, if one does.
    public let parent: ParentLink?
}
