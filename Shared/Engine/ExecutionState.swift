public import Core
public import Workflow

/// Everything that is known about one execution: the fold of its events.
public struct ExecutionState: Sendable, Hashable {
    /// The execution's id.
    public let executionID: String
    /// The version of the definition that it runs.
    public let definition: DefinitionReference
    /// Whose it is.
    public let tenant: String
    /// The raw input.
    public let input: JSON
    /// When it began.
    public let startedAt: Instant
    /// When the last event was decided.
    public internal(set) var updatedAt: Instant
    /// How many events there have been.
    public internal(set) var sequence: Int64 = 1
    /// `$context`.
    public internal(set) var context: JSON = .null
    /// The output, once completed.
    public internal(set) var output: JSON?
    /// The error, once faulted.
    public internal(set) var fault: Fault?
    /// Why it is paused, while it is.
    public internal(set) var suspension: String?
    /// How it ended, once it has.
    var ending: ExecutionStatus?
    /// Open runs by number, ascending; the first is the execution itself.
    var frames: [Frame]
    var timers: [ExecutionTimer] = []
    /// What came for the `listen` tasks, in the order of subscribing.
    var mailboxes: [Mailbox] = []
    /// The highest number given to a run.
    var lastRun = 0
    /// The highest number given to a timer.
    var lastTimer = 0

    /// The phase.
    public var status: ExecutionStatus {
        if let ending { return ending }
        if suspension != nil { return .suspended }
        if sequence == 1 { return .pending }
        for frame in frames {
            if frame.isReady { return .running }
            if case .outstanding = frame.step { return .running }
        }
        return .waiting
    }

    /// Why it will go on: never empty while it is open and a decision is complete, empty once it has ended.
    public var causes: [Cause] {
        guard ending == nil else { return [] }
        if let suspension { return [.suspension(reason: suspension)] }
        var causes: [Cause] = []
        for frame in frames {
            switch frame.step {
            case .outstanding(let request):
                causes.append(
                    .task(id: taskID(frame.run.number), attempt: request.attempt, function: request.function))
            case .listening:
                let mailbox = mailboxes.first { $0.subscription.task == frame.run.task }
                causes.append(.event(subscriptionID: mailbox?.subscription.id ?? "", task: frame.run.task))
            default: continue
            }
        }
        return causes + timers.map(Cause.timer)
    }

    /// The timers that are set, in the order of setting.
    public var pendingTimers: [ExecutionTimer] { timers }

    /// The attempts that are outstanding, by task id, in the order of asking.
    public var outstandingTasks: [(taskID: String, task: String, request: TaskRequest)] {
        frames.compactMap { frame in
            guard case .outstanding(let request) = frame.step else { return nil }
            return (taskID(frame.run.number), frame.run.task, request)
        }
    }

    /// The events that are wanted.
    public var subscriptions: [EventSubscription] { mailboxes.map(\.subscription) }

    /// The tasks that are open now, outermost first, as JSON pointers.
    public var openTasks: [String] { frames.dropFirst().map(\.run.task) }

    func taskID(_ run: Int) -> String { "\(executionID):\(run)" }

    /// The number in a task id of this execution.
    func runNumber(_ taskID: String) -> Int? {
        guard taskID.hasPrefix(executionID), let colon = taskID.utf8.lastIndex(of: UInt8(ascii: ":")),
            taskID.utf8.distance(from: taskID.startIndex, to: colon) == executionID.utf8.count
        else { return nil }
        return Int(taskID[taskID.index(after: colon)...])
    }

    func position(of run: Int) -> Int? {
        // The run asked for is nearly always the innermost one.
        frames.lastIndex { $0.run.number == run }
    }

    func frame(_ run: Int) -> Frame? { position(of: run).map { frames[$0] } }
}
