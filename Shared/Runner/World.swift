public import Core
public import Engine
import Expressions
public import Workflow

/// Executions in one process, what they wait for, and their time. A value: it does nothing by itself, and the same
/// calls in the same order give the same log. `Runner` moves it.
public struct World: Sendable {
    /// How a world behaves.
    public struct Options: Sendable {
        /// Decides between what happens at the same moment; nil keeps the order in which it came.
        public var seed: UInt64?
        /// What goes wrong.
        public var disturbance = Disturbance.none
        /// Whether everything is read back from its stored form at every step.
        public var restartsAtEveryStep = false
        /// More events than this are an error: an endless loop.
        public var eventLimit = 100_000
        /// Whose the executions are.
        public var tenant = "default"

        /// Nothing goes wrong, nothing is drawn.
        public init() {}
    }

    /// The definitions that executions can be started of.
    public var shelf: DefinitionShelf
    /// How it behaves; `disturbance` tells what has gone wrong.
    public internal(set) var options: Options
    /// The present moment.
    public internal(set) var now: Instant
    /// The executions in the order of their start.
    public internal(set) var order: [String] = []
    /// Everything that was decided, in order.
    public internal(set) var log: [ExecutionEvent] = []
    /// Commands that were refused, in order.
    public internal(set) var rejections: [Rejection] = []
    /// What must never happen and did, such as a state that does not survive its stored form.
    public internal(set) var breaches: [String] = []
    /// What the executions told of themselves in the DSL's words, in order.
    public internal(set) var lifecycle: [LifecycleEvent] = []
    /// CloudEvents that executions emitted, in order.
    public internal(set) var published: [JSON] = []

    var instances: [String: Instance] = [:]
    var agenda = Agenda()
    /// Asked for and not yet taken by the runner.
    var calls: [FunctionCall] = []
    /// Executions to be started by a moment of the agenda.
    var planned: [String: PlannedStart] = [:]
    var schedules: [RunningSchedule] = []
    var steps = 0
    var eventCount = 0

    struct PlannedStart: Sendable {
        var definition: CompiledDefinition
        var input: JSON
    }

    /// A world without executions at `now`.
    public init(
        _ shelf: DefinitionShelf, options: Options = Options(),
        now: Instant = Instant(milliseconds: 1_767_225_600_000)
    ) {
        (self.shelf, self.options, self.now) = (shelf, options, now)
    }

    /// The execution `id`; nil when there is none (yet).
    public subscript(id: String) -> Instance? { instances[id] }

    /// Whether nothing can happen any more: all executions have ended and none is to start.
    public var isOver: Bool {
        guard planned.isEmpty, !agenda.hasChildren, !schedules.contains(where: \.isTimed) else { return false }
        // An event may start another execution.
        if !schedules.isEmpty, agenda.hasEvents { return false }
        return order.allSatisfy { instances[$0]?.state.status.isFinal ?? true }
    }

    /// When the next thing happens without anything from outside; nil when nothing does.
    public var nextMoment: Instant? { agenda.next?.due }

    /// Begins an execution now.
    public mutating func start(_ definition: CompiledDefinition, id: String, input: JSON) {
        begin(definition, id: id, input: input, parent: nil)
    }

    /// Plans the start of an execution.
    public mutating func start(_ definition: CompiledDefinition, id: String, input: JSON, at moment: Instant) {
        planned[id] = PlannedStart(definition: definition, input: input)
        agenda.add(.start(execution: id), due: moment, rank: 0)
    }

    /// Plans a command, such as a cancel.
    public mutating func send(_ command: ExecutionCommand, to execution: String, at moment: Instant) {
        agenda.add(.command(execution: execution, command), due: moment, rank: 0)
    }

    /// Plans a restart: see `restart()`.
    public mutating func restart(at moment: Instant) { agenda.add(.restart, due: moment, rank: 0) }

    /// The next call that nobody runs yet.
    public mutating func takeCall() -> FunctionCall? { calls.isEmpty ? nil : calls.removeFirst() }

    /// Takes what became of a call; it is acted upon when its delay has passed.
    public mutating func settle(_ call: FunctionCall, _ answer: FunctionAnswer) {
        var (result, delay) = (answer.result, answer.delay)
        var again: Duration?
        for perturbation in options.disturbance.draw([.failure, .timeout, .late, .duplicate], at: call.key) {
            switch perturbation.kind {
            case .failure: result = .fault(Fault(.communication, status: 503, detail: "an injected failure"))
            case .duplicate: again = perturbation.delay
            default: delay += perturbation.delay
            }
        }
        if case .silence = result { return }
        plan(.answer(call, result, usage: answer.usage), after: delay, call.key)
        if let again { plan(.answer(call, result, usage: answer.usage), after: delay + again, call.key + "+") }
    }

    private mutating func plan(_ matter: Agenda.Matter, after delay: Duration, _ name: String) {
        agenda.add(matter, due: now + delay, rank: rank(name))
    }

    /// Lets the next thing happen. The present becomes its moment, or stays where that has passed.
    public mutating func step() {
        guard agenda.next != nil else { return }
        let item = agenda.takeFirst()
        now = max(now, item.due)
        switch item.matter {
        case .answer(let call, .output(let output), let usage):
            dispatch(
                .taskCompleted(taskID: call.taskID, attempt: call.request.attempt, output: output, usage: usage),
                to: call.executionID)
        case .answer(let call, .fault(let fault), let usage):
            dispatch(
                .taskFailed(taskID: call.taskID, attempt: call.request.attempt, fault: fault, usage: usage),
                to: call.executionID)
        case .answer(_, .silence, _): break
        case .event(let event): deliver(event)
        case .command(let execution, let command): dispatch(command, to: execution)
        case .start(let id):
            if let start = planned.removeValue(forKey: id) {
                begin(start.definition, id: id, input: start.input, parent: nil)
            }
        case .restart: restart()
        case .schedule(let position): fire(schedule: position)
        case .child(let request, let parent): begin(request, parent)
        case .timer(let execution, let timer): dispatch(.timerFired(timerID: timer.id), to: execution)
        }
    }

    /// Lets the answers come that are still under way when everything is over: they must change nothing.
    public mutating func drain() {
        while isOver, agenda.next != nil { step() }
    }

    func rank(_ name: String) -> UInt64 { options.seed.map { stableHash("\($0)|\(name)") } ?? 0 }
}
