import Core
import Workflow

/// What the expressions of one stage of one task see.
struct Scope {
    /// The task; nil for the execution as a whole.
    var task: WorkflowTask?
    /// The run whose variables, and those of the runs around it, apply.
    var run: Int
    /// `$input`
    var input: JSON
    /// `$output`, in the stages that have one.
    var output: JSON = .null
    /// The task's raw input, raw output and start, for `$task`.
    var raw: JSON
    var startedAt: Instant
}
