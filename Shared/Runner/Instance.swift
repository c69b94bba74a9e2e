import Core
public import Engine
public import Workflow

/// One execution in a world.
public struct Instance: Sendable {
    /// What it runs.
    public let definition: CompiledDefinition
    /// Where it stands.
    public internal(set) var state: ExecutionState
    /// The execution and task run that wait for its end, if any do.
    public let parent: Parent?

    /// Who started an execution.
    public struct Parent: Sendable, Hashable {
        /// The execution.
        public var executionID: String
        /// Its task run.
        public var taskID: String
        /// Which attempt.
        public var attempt: Int
    }
}
