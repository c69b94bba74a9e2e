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
    /// The innermost open run whose context applies.
    var at: Int
    /// `$context`, where it is not that run's.
    var context: JSON?

    /// What a task sees that runs, or is to run, below `run`; once it is open itself, `at` is its own number.
    init(
        _ task: WorkflowTask?, below run: Int, at: Int? = nil, input: JSON, output: JSON = .null, raw: JSON,
        startedAt: Instant
    ) {
        (self.task, self.run, self.at) = (task, run, at ?? run)
        (self.input, self.output, self.raw, self.startedAt) = (input, output, raw, startedAt)
    }
}
