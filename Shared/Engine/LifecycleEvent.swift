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
        public var type: String { Self.names[self]!.type }
        /// The member that says when.
        var moment: String { Self.names[self]!.moment }

        // Made once: each execution tells of dozens.
        private static let names = Dictionary(
            uniqueKeysWithValues: allCases.map { kind in
                let verb = kind.rawValue.split(separator: ".")[1]
                let moment =
                    switch kind {
                    case .correlationStarted: "startedAt"
                    case .correlationCompleted: "completedAt"
                    default: "\(verb)At"
                    }
                return (kind, (type: "io.serverlessworkflow.\(kind.rawValue).v1", moment: moment))
            })
    }

    /// The type.
    public let kind: Kind
    /// When.
    public let time: Instant
    /// The execution, as `<name>.<namespace>-<execution id>`.
    public let workflow: String
    /// The members that the DSL wants of this type alone, but for the output.
    public let members: JSONObject
    /// The output of what has completed: part of the data if it is small, else told by `outputUri`.
    public let output: JSON?
    /// The task run that it is about, if any.
    public let run: TaskRun?
    /// Which attempt of the task it is about, from 1, where there are attempts.
    public let attempt: Int?

    /// Hands out the members of the event's data, but for the output, in their order.
    public func eachMember(_ body: (_ name: String, _ value: JSON) -> Void) {
        if let run {
            body("workflow", .string(workflow))
            body("task", .string(run.task))
        } else {
            body("name", .string(workflow))
        }
        for (name, value) in members { body(name, value) }
        body(kind.moment, .string(time.description))
    }

    /// The event's data, but for the output.
    public var data: JSONObject {
        var data: JSONObject = [:]
        eachMember { data[$0] = $1 }
        return data
    }
}
