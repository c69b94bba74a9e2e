import Core

/// An open task run.
struct Frame: Sendable, Hashable {
    /// What the run does next or waits for.
    enum Step: Sendable, Hashable {
        /// The list goes on as told.
        case advance(TaskFlow)
        /// The run below must end first.
        case child
        /// Several runs below go on side by side.
        case lanes
        /// Somebody outside works on it.
        case outstanding(TaskRequest)
        /// A timer of its own must fire.
        case sleeping
        /// Events must come.
        case listening
        /// It has what it waited for.
        case rested
        /// It, or a run below, ended with an error.
        case faulted(Failure)
    }

    /// An error on its way up.
    struct Failure: Sendable, Hashable {
        var fault: Fault
        /// The run that it began in.
        var run: TaskRun
        /// Which attempt failed, if that run was a call.
        var attempt: Int?
        /// In which iterations, outermost first, of the loops around that call.
        var path: [Int] = []
        /// Whether it ends the run's present attempt only, as its time is over.
        var endsAttempt = false
        /// What that run waited for from outside when its time was over.
        var request: TaskRequest?
    }

    /// What a guarded sequence has been through.
    struct Guard: Sendable, Hashable {
        /// Retries so far.
        var retries = 0
        /// When the first attempt began.
        var since: Instant
        /// What led to the present attempt: a call that failed is taken up again under its own number.
        var failed: Failure?
    }

    /// How far a loop has come.
    struct Loop: Sendable, Hashable {
        var items: [JSON]
        /// The present iteration; -1 before the first.
        var index = -1
        /// The variable that is the item.
        var each: String
        /// The variable that is the index.
        var at: String
        /// What the iterations over a subscription's messages gave, in order.
        var outputs: [JSON] = []
    }

    var run: TaskRun
    let form: TaskForm
    /// The raw input.
    var raw: JSON
    /// The input after `input.from`: `$input`.
    var input: JSON
    /// What flows through the list: the last task's output.
    var data: JSON
    var startedAt: Instant
    var attempt = 1
    var step: Step
    /// Whether a `try` is in its handler.
    var isHandling = false
    /// Names that the run adds to the expressions below it.
    var variables = JSONObject()
    var guarding: Guard?
    var listening: Listening?
    var loop: Loop?
    var lanes: Lanes?
    var stages: Stages?
    /// `$context` below this run, where it is a branch that changed it.
    var context: JSON?

    /// Whether the machine can move it without anything from outside.
    var isReady: Bool {
        switch step {
        case .advance, .rested, .faulted: true
        case .lanes: lanes?.canMove ?? false
        case .child, .outstanding, .sleeping, .listening: false
        }
    }

    /// Whether the runs below it are for one of the messages or events that it takes.
    var handlesMessage: Bool { listening?.isBusy ?? (form == .call && loop != nil) }

    /// The value that this run gives the name, if any.
    func variable(_ name: String) -> JSON? {
        if let value = variables[name] { return value }
        guard let loop, loop.items.indices.contains(loop.index) else { return nil }
        if name == loop.each { return loop.items[loop.index] }
        return name == loop.at ? .integer(Int64(loop.index)) : nil
    }
}
