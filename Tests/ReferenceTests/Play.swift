import Core
import Engine
import Workflow

/// Runs a definition, and the executions that it starts, on the engine in virtual time, by a script.
struct Play {
    static let start = Instant(milliseconds: 1_700_000_000_000)

    /// One execution.
    struct Run {
        let definition: CompiledDefinition
        let started: Int64
        let parent: ParentLink?
        var state: ExecutionState
        /// The fold of the log as it is read back from its stored form.
        var folded: ExecutionState?
        var events: [ExecutionEvent] = []
    }

    private(set) var runs: [String: Run] = [:]
    /// Whether two things happened at the very same moment.
    private(set) var isAmbiguous = false
    /// What must never be and was.
    private(set) var breaches: [String] = []
    private let library: [String: CompiledDefinition]
    private let script: Script
    /// Whether everything is read back from its stored form at every step, and every command comes twice.
    private let isHarsh: Bool
    private var answers: [(time: Int64, run: String, command: ExecutionCommand)] = []
    private var queue: [(run: String, command: ExecutionCommand)] = []
    private var next = 0
    private var steps = 0

    init(
        _ definition: CompiledDefinition, _ library: [String: CompiledDefinition], _ script: Script, input: JSON,
        isHarsh: Bool
    ) {
        (self.library, self.script, self.isHarsh) = (library, script, isHarsh)
        if let time = script.cancelledAt { answers.append((time, "x", .cancel(reason: "enough"))) }
        begin("x", definition, input, nil, at: 0)
        settle(at: 0)
        while step() {}
    }

    private mutating func begin(
        _ id: String, _ definition: CompiledDefinition, _ input: JSON, _ parent: ParentLink?, at time: Int64
    ) {
        let command = ExecutionCommand.start(
            executionID: id, definition: definition.reference, input: input, tenant: "t", parent: parent)
        let now = Self.start + .microseconds(time)
        guard case .accepted(let events) = decide(nil, command, definition, now: now), let first = events.first,
            let state = ExecutionState(first)
        else { return breaches.append("a start was refused") }
        runs[id] = Run(definition: definition, started: time, parent: parent, state: state)
        take(events, of: id, isStart: true)
        note(events, of: id, at: time)
    }

    private mutating func take(_ events: [ExecutionEvent], of id: String, isStart: Bool = false) {
        for (position, event) in events.enumerated() {
            if !isStart || position > 0 { runs[id]?.state.apply(event) }
            runs[id]?.events.append(event)
            guard isHarsh else { continue }
            guard let again = ExecutionEvent(json: event.json), again == event else {
                breaches.append("an event does not survive its stored form: \(event.json.text())")
                continue
            }
            if runs[id]?.folded == nil {
                runs[id]?.folded = ExecutionState(again)
            } else {
                runs[id]?.folded?.apply(again)
            }
        }
        guard isHarsh, let run = runs[id] else { return }
        if run.folded != run.state { breaches.append("the fold of the log of \(id) is not the state") }
        if run.state.status.isFinal != run.state.causes.isEmpty { breaches.append("\(id) has no cause to go on") }
        guard let again = ExecutionState(json: run.state.json), again == run.state else {
            return breaches.append("the state of \(id) does not survive its stored form")
        }
        runs[id]?.state = again
    }

    /// Does what comes next; false when nothing does.
    private mutating func step() -> Bool {
        steps += 1
        let open = runs.filter { !$0.value.state.status.isFinal }
        guard !open.isEmpty, steps < 3000 else { return false }
        var choices = answers.filter { open[$0.run] != nil }
        for (id, run) in open.sorted(by: { $0.key < $1.key }) {
            choices += run.state.pendingTimers.map { (Self.offset($0.due), id, .timerFired(timerID: $0.id)) }
        }
        let coming = next < script.events.count ? script.events[next].time : .max
        let time = min(choices.map(\.time).min() ?? .max, coming)
        guard time < .max else { return false }
        let first = choices.filter { $0.time == time }
        if first.count + (coming == time ? 1 : 0) > 1 { isAmbiguous = true }
        if coming == time {
            for (id, run) in open.sorted(by: { $0.key < $1.key }) {
                queue += run.state.subscriptions.map {
                    (id, .eventReceived(subscriptionID: $0.id, event: script.events[next].json))
                }
            }
            next += 1
        } else {
            answers.removeAll { $0.run == first[0].run && $0.command == first[0].command }
            queue.append((first[0].run, first[0].command))
        }
        settle(at: time)
        return true
    }

    /// Does what is to be done at this moment.
    private mutating func settle(at time: Int64) {
        while !queue.isEmpty {
            let (id, command) = queue.removeFirst()
            send(command, to: id, at: time)
        }
    }

    private mutating func send(_ command: ExecutionCommand, to id: String, at time: Int64) {
        guard let run = runs[id] else { return }
        let now = Self.start + .microseconds(time)
        guard case .accepted(let new) = decide(run.state, command, run.definition, now: now) else {
            if !run.state.status.isFinal { breaches.append("refused: \(command)") }
            return
        }
        take(new, of: id)
        if isHarsh, let state = runs[id]?.state,
            case .accepted(let more) = decide(state, command, run.definition, now: now), !more.isEmpty
        {
            breaches.append("repeated, it does something: \(command)")
        }
        note(new, of: id, at: time)
    }

    /// Remembers how requests will be answered, wanted or not by then, and tells other executions what concerns them.
    private mutating func note(_ new: [ExecutionEvent], of id: String, at time: Int64) {
        for event in new {
            switch event.outcome {
            case .taskRequested(_, let request): answer(request, event.taskID ?? "", of: id, at: time)
            case .childRequested(_, let request):
                guard let definition = library[request.definition.name] else {
                    breaches.append("no such child")
                    continue
                }
                let link = ParentLink(executionID: id, taskID: event.taskID ?? "", attempt: 1)
                begin(request.executionID, definition, request.input, request.awaits ? link : nil, at: time)
            case .childCancelled(_, let child, let reason): queue.append((child, .cancel(reason: reason)))
            case .executionCompleted, .executionFaulted, .executionCancelled: tellParent(of: id)
            default: break
            }
        }
    }

    private mutating func answer(_ request: TaskRequest, _ task: String, of id: String, at time: Int64) {
        let answer = script.answer(request.arguments, at: time)
        var command = ExecutionCommand.taskCompleted(
            taskID: task, attempt: request.attempt, output: answer.output, usage: nil)
        if let status = answer.status {
            let fault = Fault(type: Script.faultType, status: status)
            command = .taskFailed(taskID: task, attempt: request.attempt, fault: fault, usage: nil)
        }
        answers.append((time + answer.latency, id, command))
    }

    private mutating func tellParent(of id: String) {
        guard let run = runs[id], let parent = run.parent else { return }
        let (task, attempt) = (parent.taskID, parent.attempt)
        switch run.state.status {
        case .completed:
            let output = run.state.output ?? .null
            queue.append(
                (parent.executionID, .taskCompleted(taskID: task, attempt: attempt, output: output, usage: nil)))
        default:
            let fault = run.state.fault ?? Fault(.runtime)
            queue.append((parent.executionID, .taskFailed(taskID: task, attempt: attempt, fault: fault, usage: nil)))
        }
    }

    static func offset(_ instant: Instant) -> Int64 { (instant - start).wholeMicroseconds }

    /// One number for all logs.
    var hash: UInt64 {
        let logs = runs.sorted { $0.key < $1.key }.flatMap { $0.value.events.map { $0.json.text() } }
        return stableHash(logs.joined(separator: "\n"))
    }
}
