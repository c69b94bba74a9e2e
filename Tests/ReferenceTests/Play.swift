import Core
import Engine
import Testing
import Workflow

/// Runs a definition on the engine in virtual time, by a script.
struct Play {
    static let start = Instant(milliseconds: 1_700_000_000_000)

    private(set) var state: ExecutionState
    private(set) var events: [ExecutionEvent] = []
    /// Whether two things happened at the very same moment.
    private(set) var isAmbiguous = false
    private let definition: CompiledDefinition
    private let script: Script
    private var answers: [(time: Int64, command: ExecutionCommand)] = []
    private var next = 0

    init(_ definition: CompiledDefinition, _ script: Script, input: JSON, checking: Bool) throws {
        (self.definition, self.script) = (definition, script)
        let command = ExecutionCommand.start(
            executionID: "x", definition: definition.reference, input: input, tenant: "t")
        guard case .accepted(let first) = decide(nil, command, definition, now: Self.start),
            let begun = first.first, let state = ExecutionState(begun)
        else { throw Refused() }
        self.state = state
        events = [begun]
        for event in first.dropFirst() { take(event) }
        note(first)
        while try step(checking: checking) {}
    }

    struct Refused: Error {}

    private mutating func take(_ event: ExecutionEvent) {
        state.apply(event)
        events.append(event)
    }

    /// Does what comes next; false when nothing does.
    private mutating func step(checking: Bool) throws -> Bool {
        guard !state.status.isFinal, events.count < 5000 else { return false }
        var choices = answers
        for timer in state.pendingTimers {
            choices.append((Self.offset(timer.due), .timerFired(timerID: timer.id)))
        }
        if next < script.events.count { choices.append((script.events[next].time, .resume)) }
        guard let time = choices.map(\.time).min() else { return false }
        let first = choices.filter { $0.time == time }
        if first.count > 1 { isAmbiguous = true }
        if next < script.events.count, script.events[next].time == time {
            for subscription in state.subscriptions {
                try send(.eventReceived(subscriptionID: subscription.id, event: event(next)), at: time, checking)
            }
            next += 1
            return true
        }
        answers.removeAll { $0.command == first[0].command }
        try send(first[0].command, at: time, checking)
        return true
    }

    private func event(_ position: Int) -> JSON {
        let event = script.events[position]
        return [
            "specversion": "1.0", "id": .string("v\(position)"), "source": "script", "type": .string(event.type),
            "data": event.data,
        ]
    }

    private mutating func send(_ command: ExecutionCommand, at time: Int64, _ checking: Bool) throws {
        let now = Self.start + .microseconds(time)
        guard case .accepted(let new) = decide(state, command, definition, now: now) else { throw Refused() }
        for event in new { take(event) }
        note(new)
        guard checking else { return }
        // As after a restart: the state through its JSON, and the log folded anew.
        guard let again = ExecutionState(json: state.json) else { throw Refused() }
        #expect(again == state)
        #expect(ExecutionState(folding: events) == state)
        state = again
    }

    /// Remembers how the requests will be answered, wanted or not by then.
    private mutating func note(_ new: [ExecutionEvent]) {
        for event in new {
            guard case .taskRequested(_, let request) = event.outcome, let id = event.taskID else { continue }
            let time = Self.offset(event.time)
            let answer = script.answer(request.arguments, at: time)
            let command: ExecutionCommand
            if let status = answer.status {
                let fault = Fault(type: Script.faultType, status: status)
                command = .taskFailed(taskID: id, attempt: request.attempt, fault: fault, usage: nil)
            } else {
                command = .taskCompleted(taskID: id, attempt: request.attempt, output: answer.output, usage: nil)
            }
            answers.append((time + answer.latency, command))
        }
    }

    static func offset(_ instant: Instant) -> Int64 { (instant - start).wholeMicroseconds }

    var completions: [ReferenceInterpreter.Completion] {
        events.compactMap { event in
            guard case .taskCompleted(let run, _, _, _, _) = event.outcome else { return nil }
            return ReferenceInterpreter.Completion(time: Self.offset(event.time), task: run.task)
        }
    }

    var ending: ReferenceInterpreter.Ending {
        switch state.status {
        case .completed: .completed(state.output ?? .null)
        case .faulted:
            .faulted(
                status: state.fault?.status ?? 0, type: state.fault?.type ?? "", instance: state.fault?.instance)
        default: .waiting
        }
    }

    /// One number for the whole log.
    var hash: UInt64 { stableHash(events.map { $0.json.text() }.joined(separator: "\n")) }
}
