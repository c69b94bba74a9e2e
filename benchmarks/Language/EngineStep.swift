import Core
import Engine
import Workflow

/// What the orchestrator computes for one message: the answer of a task in the middle of a workflow of five calls.
struct EngineStep {
    /// Its parts, each of which can be run alone.
    enum Part: String, CaseIterable {
        /// From state and command to events.
        case decide
        /// From events to the next state.
        case apply
        /// Events and state as the JSON that is stored and sent.
        case encode
        /// The state from its JSON.
        case decode
    }

    private let definition: CompiledDefinition
    private let state: ExecutionState
    private let events: [ExecutionEvent]
    private let stored: [UInt8]
    private let now = Instant(milliseconds: 1_700_000_000_000)

    init() throws {
        let steps = (1...5).map { number in
            "  - step\(number): { call: http, with: { method: get, endpoint: 'http://127.0.0.1:9/steps/\(number)' } }"
        }
        let head = "document: { dsl: '1.0.3', namespace: bench, name: five, version: '1.0.0' }\ndo:\n"
        definition = try CompiledDefinition(parsing: Array((head + steps.joined(separator: "\n")).utf8))
        let start = ExecutionCommand.start(
            executionID: "x", definition: definition.reference, input: ["number": 1], tenant: "t")
        let begun = try Self.next(nil, start, definition, now).state
        let second = try Self.next(begun, Self.answer(begun), definition, now).state
        let third = try Self.next(second, Self.answer(second), definition, now)
        (state, events) = (second, third.events)
        stored = second.json.bytes()
    }

    private static func answer(_ state: ExecutionState) throws -> ExecutionCommand {
        guard let task = state.outstandingTasks.first else { throw BenchmarkError("the workflow asks for no task") }
        return .taskCompleted(
            taskID: task.taskID, attempt: task.request.attempt, output: ["step": "/steps/1"], usage: nil)
    }

    private static func next(
        _ state: ExecutionState?, _ command: ExecutionCommand, _ definition: CompiledDefinition, _ now: Instant
    ) throws -> (state: ExecutionState, events: [ExecutionEvent]) {
        guard case .accepted(let events) = Engine.decide(state, command, definition, now: now) else {
            throw BenchmarkError("the engine refuses a step of the workflow")
        }
        return (try Self.fold(events, onto: state), events)
    }

    private static func fold(_ events: [ExecutionEvent], onto state: ExecutionState?) throws -> ExecutionState {
        guard var next = state else {
            guard let first = ExecutionState(folding: events) else { throw BenchmarkError("no state comes of a step") }
            return first
        }
        for event in events { next.apply(event) }
        return next
    }

    func run(_ part: Part, _ times: Int) {
        for _ in 0..<times {
            switch part {
            case .decide:
                _ = (try? Self.answer(state)).map { Engine.decide(state, $0, definition, now: now) }
            case .apply: _ = try? Self.fold(events, onto: state)
            case .encode:
                for event in events { _ = event.json.bytes() }
                _ = state.json.bytes()
            case .decode: _ = (try? JSON(parsing: stored)).flatMap { ExecutionState(json: $0) }
            }
        }
    }
}
