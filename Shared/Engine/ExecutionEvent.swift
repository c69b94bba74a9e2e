public import Core
public import Workflow

/// A fact about an execution. It carries the outcome: applying it needs neither expressions nor the definition.
public struct ExecutionEvent: Sendable, Hashable {
    /// The version of the JSON form; a reader refuses what it does not know.
    public static let formVersion = 1

    /// The execution.
    public var executionID: String
    /// When it was decided.
    public var time: Instant
    /// What happened.
    public var outcome: Outcome

    /// A fact about execution `executionID`.
    public init(executionID: String, time: Instant, outcome: Outcome) {
        (self.executionID, self.time, self.outcome) = (executionID, time, outcome)
    }

    /// What happened, with all that applying it and acting on it needs.
    public enum Outcome: Sendable, Hashable {
        /// The execution began. `transformed` is the input after `input.from`, where that differs; `parent` waits for
        /// its end.
        case executionStarted(
            definition: DefinitionReference, tenant: String, input: JSON, transformed: JSON?, parent: ParentLink? = nil)
        /// The execution is paused.
        case executionSuspended(reason: String)
        /// The pause is over.
        case executionResumed
        /// The execution was ended by a command.
        case executionCancelled(reason: String)
        /// The execution was ended by an error.
        case executionFaulted(Fault)
        /// The execution ended with `output`; nil when that is the last task's, unchanged.
        case executionCompleted(output: JSON?)
        /// The execution runs another version from now on. `tasks` are the open and the failed tasks that have another
        /// place in it, old pointer to new one, or none (an empty one); `positions` where lists go on that are between
        /// two tasks, by run.
        case executionMigrated(definition: DefinitionReference, tasks: [String: String], positions: [Int: Int])
        /// A task that stays open began. `input` is its input after `input.from`, where that differs.
        case taskStarted(TaskRun, form: TaskForm, input: JSON?)
        /// Somebody outside is to run an attempt.
        case taskRequested(TaskRun, TaskRequest)
        /// The task's `if` did not hold.
        case taskSkipped(task: String, parent: Int, flow: TaskFlow)
        /// The task ended. `output` is nil where that is the data as it stands: of the run itself, or of the list.
        case taskCompleted(TaskRun, output: JSON?, context: ContextChange?, flow: TaskFlow, usage: JSON?)
        /// The task ended with an error.
        case taskFaulted(TaskRun, Fault, usage: JSON?)
        /// The task is not wanted any more; `request` is what was outstanding, without its arguments.
        case taskCancelled(TaskRun, request: TaskRequest?, reason: String)
        /// An attempt that was asked for is not wanted any more; the task itself goes on to its error.
        case requestCancelled(TaskRun, TaskRequest, reason: String)
        /// A `try` caught an error and will run its sequence again when its timer fires.
        case retryScheduled(TaskRun, Fault, retry: Int)
        /// A `try` caught an error and now runs its handler, in which `variable` is the error.
        case faultHandled(TaskRun, Fault, variable: String)
        /// A loop goes over `items`, which are the variable `each`; their index is the variable `at`.
        case loopStarted(TaskRun, items: [JSON], each: String, at: String)
        /// A loop runs its list for the item at `index`.
        case iterationStarted(TaskRun, index: Int)
        /// Lanes side by side are to be opened.
        case lanesOpened(TaskRun, LaneSetup)
        /// A function's task runs with `arguments` as its raw input.
        case functionEntered(TaskRun, arguments: JSON)
        /// A task with extensions has come to the stage at `position`; the first time, with all `stages`.
        case stageEntered(TaskRun, stages: Stages?, position: Int)
        /// An execution is to be started for a task.
        case childRequested(TaskRun, ChildRequest)
        /// A child that a task waits for is to end.
        case childCancelled(TaskRun, executionID: String, reason: String)
        /// A child that a task waits for is to pause.
        case childSuspended(TaskRun, executionID: String, reason: String)
        /// A child that a task waits for is to go on.
        case childResumed(TaskRun, executionID: String)
        /// A timer is to be set.
        case timerSet(ExecutionTimer, task: String)
        /// A timer is not needed any more.
        case timerCancelled(timerID: String)
        /// A timer's moment came.
        case timerFired(timerID: String)
        /// A CloudEvent is to be published.
        case eventEmitted(TaskRun, event: JSON)
        /// The execution wants the events of a `listen` task, from now on.
        case subscriptionOpened(EventSubscription)
        /// It does not want them any more.
        case subscriptionClosed(subscriptionID: String)
        /// An event came, a CloudEvent in JSON, and waits to be consumed.
        case eventReceived(subscriptionID: String, event: JSON)
        /// A `listen` became active; `expected` are the keys that filters ask for, by their pointers.
        case correlationStarted(TaskRun, EventSubscription, expected: [String: [String: String]])
        /// A `listen` took an event in.
        case eventConsumed(TaskRun, EventConsumption)
        /// What was to be done for the event is done, with this output, if that is part of the task's.
        case eventHandled(TaskRun, output: JSON?, context: ContextChange?)
    }

    /// The name of the outcome, such as `taskCompleted`; stable for ever.
    public var kind: Kind { outcome.kind }

    /// JSON pointer of the task that it is about; nil for events of the execution as a whole.
    public var task: String? {
        if case .taskSkipped(let task, _, _) = outcome { return task }
        if case .timerSet(_, let task) = outcome { return task.isEmpty ? nil : task }
        return outcome.run?.task
    }

    /// The task run that it is about, `<execution id>:<number>`, if any.
    public var taskID: String? { outcome.run.map { "\(executionID):\($0.number)" } }

    /// The names of the outcomes.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// See `Outcome`.
        case executionStarted, executionSuspended, executionResumed, executionCancelled, executionFaulted
        /// See `Outcome`.
        case executionMigrated, executionCompleted, taskStarted, taskRequested, taskSkipped, taskCompleted, taskFaulted,
            taskCancelled
        /// See `Outcome`.
        case retryScheduled, faultHandled, timerSet, timerCancelled, timerFired, eventEmitted
        /// See `Outcome`.
        case subscriptionOpened, subscriptionClosed, eventReceived, correlationStarted, eventConsumed, eventHandled
        case loopStarted, iterationStarted, lanesOpened, functionEntered, stageEntered, requestCancelled
        /// See `Outcome`.
        case childRequested, childCancelled, childSuspended, childResumed
    }
}

extension ExecutionEvent.Outcome {
    /// The name; see `ExecutionEvent.Kind`.
    public var kind: ExecutionEvent.Kind {
        switch self {
        case .executionStarted: .executionStarted
        case .executionSuspended: .executionSuspended
        case .executionResumed: .executionResumed
        case .executionCancelled: .executionCancelled
        case .executionFaulted: .executionFaulted
        case .executionCompleted: .executionCompleted
        case .executionMigrated: .executionMigrated
        case .taskStarted: .taskStarted
        case .taskRequested: .taskRequested
        case .taskSkipped: .taskSkipped
        case .taskCompleted: .taskCompleted
        case .taskFaulted: .taskFaulted
        case .taskCancelled: .taskCancelled
        case .retryScheduled: .retryScheduled
        case .faultHandled: .faultHandled
        case .timerSet: .timerSet
        case .timerCancelled: .timerCancelled
        case .timerFired: .timerFired
        case .eventEmitted: .eventEmitted
        case .subscriptionOpened: .subscriptionOpened
        case .subscriptionClosed: .subscriptionClosed
        case .eventReceived: .eventReceived
        case .correlationStarted: .correlationStarted
        case .eventConsumed: .eventConsumed
        case .eventHandled: .eventHandled
        case .loopStarted: .loopStarted
        case .iterationStarted: .iterationStarted
        case .lanesOpened: .lanesOpened
        case .functionEntered: .functionEntered
        case .stageEntered: .stageEntered
        case .requestCancelled: .requestCancelled
        case .childRequested: .childRequested
        case .childCancelled: .childCancelled
        case .childSuspended: .childSuspended
        case .childResumed: .childResumed
        }
    }

    /// The task run that it is about, if any.
    public var run: TaskRun? {
        switch self {
        case .taskStarted(let run, _, _), .taskRequested(let run, _), .taskCompleted(let run, _, _, _, _),
            .taskFaulted(let run, _, _), .taskCancelled(let run, _, _), .retryScheduled(let run, _, _),
            .faultHandled(let run, _, _), .eventEmitted(let run, _), .correlationStarted(let run, _, _),
            .eventConsumed(let run, _), .eventHandled(let run, _, _), .loopStarted(let run, _, _, _),
            .iterationStarted(let run, _), .lanesOpened(let run, _), .functionEntered(let run, _),
            .stageEntered(let run, _, _), .childRequested(let run, _), .childCancelled(let run, _, _),
            .childSuspended(let run, _, _), .childResumed(let run, _), .requestCancelled(let run, _, _):
            run
        default: nil
        }
    }
}
