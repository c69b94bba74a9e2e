public import Core

/// What happened, in the words of the Open Workflow DSL: one of the types of CloudEvent that a runtime publishes.
public struct LifecycleEvent: Sendable, Hashable {
    /// The types that the DSL requires.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// An execution.
        case workflowStarted = "workflow.started"
        /// An execution.
        case workflowSuspended = "workflow.suspended"
        /// An execution.
        case workflowResumed = "workflow.resumed"
        /// A `listen` became active.
        case correlationStarted = "workflow.correlation-started"
        /// A `listen` has what it waited for.
        case correlationCompleted = "workflow.correlation-completed"
        /// An execution.
        case workflowCancelled = "workflow.cancelled"
        /// An execution.
        case workflowFaulted = "workflow.faulted"
        /// An execution.
        case workflowCompleted = "workflow.completed"
        /// A task.
        case taskCreated = "task.created"
        /// A task.
        case taskStarted = "task.started"
        /// A task that was open when the execution was suspended.
        case taskSuspended = "task.suspended"
        /// A task that was open when the execution was resumed.
        case taskResumed = "task.resumed"
        /// A `try` runs its sequence again.
        case taskRetried = "task.retried"
        /// A task.
        case taskCancelled = "task.cancelled"
        /// A task.
        case taskFaulted = "task.faulted"
        /// A task.
        case taskCompleted = "task.completed"

        /// The type of the CloudEvent. The prefix is the name that the DSL had before.
        public var type: String { "io.serverlessworkflow.\(rawValue).v1" }
        /// The member that says when.
        var moment: String {
            let verb = rawValue.split(separator: ".")[1]
            switch self {
            case .correlationStarted: return "startedAt"
            case .correlationCompleted: return "completedAt"
            default: return "\(verb)At"
            }
        }
    }

    /// The type.
    public let kind: Kind
    /// The members that the DSL wants, but for the output.
    public let data: JSONObject
    /// The output of what has completed: part of the data if it is small, else told by `outputUri`.
    public let output: JSON?
    /// The task run that it is about, if any.
    public let run: TaskRun?
    /// Which attempt of the task it is about, from 1, where there are attempts.
    public let attempt: Int?
}
