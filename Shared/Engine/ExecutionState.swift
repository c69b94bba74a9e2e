public import Core
public import Workflow

/// Everything that is known about one execution: the fold of its events.
public struct ExecutionState: Sendable, Hashable {
    /// The execution's id.
    public let executionID: String
    /// The version of the definition that it runs.
    public internal(set) var definition: DefinitionReference
    /// Whose it is.
    public let tenant: String
    /// Who waits for its end, if anybody does.
    public let parent: ParentLink?
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
    /// The open runs; 0 is the execution itself.
    var frames: FrameTree
    var timers: [ExecutionTimer] = []
    /// What came for the `listen` tasks, in the order of subscribing.
    var mailboxes: [Mailbox] = []
    /// How often it took breath since it last asked for or waited for anything.
    var breaths = 0
    /// The highest number given to a run.
    var lastRun = 0
    /// The highest number given to a timer.
    var lastTimer = 0

    /// The phase.
    public var status: ExecutionStatus {
        if let ending { return ending }
        if suspension != nil { return .suspended }
        if sequence == 1 { return .pending }
        return frames.ready.isEmpty && frames.faulted.isEmpty && frames.outstanding.isEmpty ? .waiting : .running
    }

    /// Why it will go on: never empty while it is open and a decision is complete, empty once it has ended.
    public var causes: [Cause] {
        guard ending == nil else { return [] }
        if let suspension { return [.suspension(reason: suspension)] }
        let tasks = outstandingTasks.map { task in
            Cause.task(id: task.taskID, attempt: task.request.attempt, function: task.request.function)
        }
        let events = frames.listening.compactMap { run -> Cause? in
            guard let task = frames[run]?.run.task else { return nil }
            let mailbox = mailboxes.first { $0.subscription.task == task }
            return .event(subscriptionID: mailbox?.subscription.id ?? "", task: task)
        }
        return tasks + events + timers.map(Cause.timer)
    }

    /// The timers that are set, in the order of setting.
    public var pendingTimers: [ExecutionTimer] { timers }

    /// The attempts that are outstanding, by task id, in the order of their numbers.
    public var outstandingTasks: [(taskID: String, task: String, request: TaskRequest)] {
        frames.outstanding.compactMap { run in
            guard let frame = frames[run], case .outstanding(let request) = frame.step else { return nil }
            return (taskID(run), frame.run.task, request)
        }
    }

    /// The events that are wanted.
    public var subscriptions: [EventSubscription] { mailboxes.map(\.subscription) }

    /// The attempt of `taskID` that is outstanding, if one is.
    public func outstanding(_ taskID: String) -> TaskRequest? {
        guard let run = runNumber(taskID), case .outstanding(let request)? = frames[run]?.step else { return nil }
        return request
    }

    /// The tasks that are open now, each before those below it, as JSON pointers.
    public var openTasks: [String] { frames.descendants(of: 0).map(\.run.task) }

    /// Whether it goes on only when its timer fires, though it could.
    var isBreathing: Bool { timers.last?.purpose == .breath }

    func taskID(_ run: Int) -> String { "\(executionID):\(run)" }

    /// The id of the execution that run `run` starts.
    func childID(_ run: Int) -> String { "\(executionID).\(run)" }

    /// The number in a task id of this execution.
    func runNumber(_ taskID: String) -> Int? {
        guard taskID.hasPrefix(executionID), let colon = taskID.utf8.lastIndex(of: UInt8(ascii: ":")),
            taskID.utf8.distance(from: taskID.startIndex, to: colon) == executionID.utf8.count
        else { return nil }
        return Int(taskID[taskID.index(after: colon)...])
    }

    func frame(_ run: Int) -> Frame? { frames[run] }
}
