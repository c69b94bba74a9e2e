import Core
import Expressions
import Workflow

/// One decision in the making: events are applied to the state as they are recorded, so what is decided next sees them.
struct Machine {
    /// More steps from task to task than this within one decision are taken for an endless loop.
    static let longestRun = 10_000
    /// After so many of them a loop takes breath.
    static let longestPart = 2000
    /// A loop that takes breath more often, without anything happening, is taken for endless.
    static let mostBreaths = 5000
    /// What the expressions of one decision may use together.
    static let totalSteps = 20_000_000
    /// What the outputs of one decision may be together, in the measure of `EvaluationBudget`.
    static let largestOutput = 4_000_000

    private(set) var state: ExecutionState
    let definition: CompiledDefinition
    let now: Instant
    private(set) var events: [ExecutionEvent] = []
    var steps = Machine.totalSteps
    var outputLeft = Machine.largestOutput
    /// Listening runs whose events are to be looked at.
    var toExamine: Set<Int> = []
    /// Variables of the condition that is being evaluated.
    var bound = JSONObject()

    init(_ state: ExecutionState, _ definition: CompiledDefinition, _ now: Instant) {
        (self.state, self.definition, self.now) = (state, definition, now)
    }

    mutating func record(_ outcome: ExecutionEvent.Outcome) {
        let event = ExecutionEvent(executionID: state.executionID, time: now, outcome: outcome)
        state.apply(event)
        events.append(event)
    }

    static func start(
        _ id: String, _ input: JSON, _ tenant: String, _ parent: ParentLink?, _ definition: CompiledDefinition,
        _ now: Instant
    ) -> [ExecutionEvent] {
        func first(_ transformed: JSON?) -> ExecutionEvent {
            ExecutionEvent(
                executionID: id, time: now,
                outcome: .executionStarted(
                    definition: definition.reference, tenant: tenant, input: input, transformed: transformed,
                    parent: parent))
        }
        func machine(_ event: ExecutionEvent) -> Machine {
            guard let state = ExecutionState(event) else { preconditionFailure("the first event starts") }
            var machine = Machine(state, definition, now)
            machine.events = [event]
            return machine
        }
        var result = machine(first(nil))
        do {
            let transformed = try result.transformedInput(definition.input, result.rootScope(input), input)
            if definition.input.transform != nil { result = machine(first(transformed)) }
            result.subscribe()
            try result.setTimeout(
                definition.timeout, run: TaskRun(number: 0, parent: 0, task: ""), result.rootScope(transformed))
        } catch {
            result.record(.executionFaulted(error))
        }
        result.run()
        return result.events
    }

    func rootScope(_ input: JSON, output: JSON = .null) -> Scope {
        Scope(nil, below: 0, input: input, output: output, raw: state.input, startedAt: state.startedAt)
    }

    /// Moves everything that can be moved.
    mutating func run() {
        var moves = 0
        while state.ending == nil, state.suspension == nil, !state.isBreathing, let run = nextReady() {
            moves += 1
            if isTired(moves), isInLoop(run) {
                guard state.breaths < Self.mostBreaths else { return endless("a loop without an end") }
                return setTimer(.zero, .breath, task: "")
            }
            guard moves <= Self.longestRun else {
                return endless("more than \(Self.longestRun) tasks without a pause: an endless loop")
            }
            guard outputLeft >= 0 else { return endless("the tasks make too much data without a pause") }
            move(run)
        }
    }

    /// Whether the decision has become so long that a loop's next part is better left to another one.
    private func isTired(_ moves: Int) -> Bool {
        moves > Self.longestPart || outputLeft < Self.largestOutput / 2 || steps < Self.totalSteps / 2
    }

    private func isInLoop(_ run: Int) -> Bool {
        state.frames[run].map { $0.loop != nil || $0.lanes != nil || $0.run.iteration != nil } ?? false
    }

    private mutating func endless(_ detail: String) {
        cancelAll(reason: "the execution faulted")
        record(.executionFaulted(Fault(.runtime, detail: detail)))
    }

    /// Errors go first, outermost first: they may end what else could move.
    private func nextReady() -> Int? {
        guard !state.frames.faulted.isEmpty else {
            if let ready = state.frames.ready.first { return ready }
            return toExamine.isEmpty ? nil : state.frames.listening.first { toExamine.contains($0) }
        }
        func depth(_ run: Int) -> Int {
            var (next, depth) = (run, 0)
            while next != 0, let frame = state.frames[next] { (next, depth) = (frame.run.parent, depth + 1) }
            return depth
        }
        return state.frames.faulted.min { (depth($0), $0) < (depth($1), $1) }
    }

    private mutating func move(_ run: Int) {
        if state.frames.isLaned(run) { return moveLanes(run) }
        guard let frame = state.frames[run] else { preconditionFailure("not open") }
        switch frame.step {
        case .advance(let flow): advance(frame, flow)
        case .rested: finish(frame, output: frame.input, isUnchanged: true, usage: nil)
        case .faulted(let failure): handle(frame, failure)
        case .listening: examine(frame)
        case .lanes, .child, .outstanding, .sleeping: preconditionFailure("not ready")
        }
    }

    private mutating func advance(_ frame: Frame, _ flow: TaskFlow) {
        if case .next(let position) = flow {
            let list = list(of: frame)
            if position < list.count { return begin(list[position], in: frame) }
        }
        complete(frame, flow)
    }

    private func list(of frame: Frame) -> [WorkflowTask] {
        if frame.form == .workflow { return definition.body.tasks }
        let task = task(of: frame)
        if frame.form == .extended { return stageTasks(frame, task) }
        switch task.action {
        case .do(let list): return list.tasks
        case .try(let list, let clause): return frame.isHandling ? clause.handler?.tasks ?? [] : list.tasks
        case .listen(let clause): return clause.iteration?.body?.tasks ?? []
        case .for(let loop): return loop.body.tasks
        case .consume(_, let iteration): return iteration.body?.tasks ?? []
        case .map(let clause): return frame.form == .lane ? clause.body.tasks : []
        case .function(let pointer, _): return definition.task(at: pointer).map { [$0] } ?? []
        default: return []
        }
    }

    func task(of frame: Frame) -> WorkflowTask {
        guard let task = definition.task(at: frame.run.task) else {
            preconditionFailure("a definition is immutable: its tasks stay")
        }
        return task
    }

    /// The list has come to its end.
    private mutating func complete(_ frame: Frame, _ flow: TaskFlow) {
        switch frame.form {
        case .workflow: complete(frame)
        case .for where flow != .end: iterate(frame)
        case .extended: completeStage(frame, flow)
        case .listen, .call: endIteration(frame, ends: flow == .end)
        case .lane: record(.taskCompleted(frame.run, output: nil, context: nil, flow: flow, usage: nil))
        default: finish(frame, output: frame.data, isUnchanged: true, usage: nil, ends: flow == .end)
        }
    }

    private mutating func complete(_ frame: Frame) {
        do {
            let output = try transformedOutput(
                definition.output, rootScope(frame.input, output: frame.data), frame.data)
            cancelTimers(of: 0)
            record(.executionCompleted(output: output))
        } catch {
            cancelTimers(of: 0)
            record(.executionFaulted(error))
        }
    }
}
