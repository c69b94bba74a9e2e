import Core
import Engine
import Expressions
import Runner
import Workflow

extension ScenarioRun {
    var state: ExecutionState? { world?[Self.id]?.state }
    var events: [ExecutionEvent] { world?.events(of: Self.id) ?? [] }
    var output: JSON? { state?.output }
    var fault: Fault? { state?.fault }

    /// From the first event to the last.
    var duration: Duration {
        (events.last?.time ?? .init(milliseconds: 0)) - (events.first?.time ?? .init(milliseconds: 0))
    }

    /// What happened, for the reader of a failure.
    var transcript: String {
        let lines = (world?.log ?? []).map { "  \($0.time) \($0.kind.rawValue) \($0.task ?? "")" }
        return (lines + ["  output: \(output ?? .null)", "  fault: \(fault?.json ?? .null)"]).joined(separator: "\n")
    }

    func expect(_ condition: Bool, _ what: String) throws {
        if !condition { throw Failure(description: "but \(what)") }
    }

    func expect(_ value: JSON?, equals expected: JSON, _ what: String) throws {
        try expect(value == expected, "\(what) is \(value?.text() ?? "missing")")
    }

    /// Every member that is expected is there and alike; there may be more.
    func expect(_ value: JSON?, includes expected: JSON, _ what: String) throws {
        try expect(value.map { Self.includes($0, expected) } ?? false, "\(what) is \(value?.text() ?? "missing")")
    }

    private static func includes(_ value: JSON, _ expected: JSON) -> Bool {
        guard let members = expected.object else { return value == expected }
        return members.allSatisfy { key, wanted in value[key].map { includes($0, wanted) } ?? false }
    }

    func expectStatus(_ status: ExecutionStatus) throws {
        try expect(state?.status == status, "it is \(state?.status.rawValue ?? "not there")")
    }

    func property(_ path: String) -> JSON? {
        var value = output
        for name in path.split(separator: ".") { value = value?[String(name)] }
        return value
    }

    func expectProperty(_ path: String) throws { try expect(property(path) != nil, "there is no \(path)") }

    /// The names of the tasks in the order in which they first ran.
    var tasksInOrder: [String] {
        var seen: Set<String> = []
        return events.compactMap { event in
            guard event.kind != .taskSkipped, event.kind != .timerSet, let task = event.task,
                seen.insert(task).inserted
            else { return nil }
            return Self.name(task)
        }
    }

    private static func name(_ pointer: String) -> String { JSONPointer(pointer)?.tokens.last ?? pointer }

    func expectOrder(_ first: String, _ second: String) throws {
        let order = tasksInOrder
        guard let one = order.firstIndex(of: first), let two = order.firstIndex(of: second) else {
            throw Failure(description: "but the order is \(order)")
        }
        try expect(one < two, "the order is \(order)")
    }

    private func events(ofTask name: String) -> [ExecutionEvent] {
        (world?.log ?? []).filter { $0.task.map { Self.name($0) == name || $0 == name } ?? false }
    }

    func expectTask(_ name: String, _ kind: ExecutionEvent.Kind) throws {
        let kinds = events(ofTask: name).map(\.kind)
        try expect(kinds.contains(kind), "\(name) had \(kinds.map(\.rawValue))")
    }

    func taskOutputs(_ name: String) -> [JSON] {
        events(ofTask: name).compactMap { event in
            guard case .taskCompleted(_, let output, _, _, _) = event.outcome else { return nil }
            return output
        }
    }

    func taskFaults(_ name: String) -> [Fault] {
        events(ofTask: name).compactMap { event in
            guard case .taskFaulted(_, let fault, _) = event.outcome else { return nil }
            return fault
        }
    }

    func requests(_ name: String) -> [TaskRequest] {
        events(ofTask: name).compactMap { event in
            guard case .taskRequested(_, let request) = event.outcome else { return nil }
            return request
        }
    }

    /// How often a task ended, in whatever way.
    func runs(_ name: String) -> Int {
        events(ofTask: name).filter { [.taskCompleted, .taskFaulted, .taskCancelled].contains($0.kind) }.count
    }

    /// `task.started one`, `workflow.completed` …
    var lifecycle: [String] {
        (world?.lifecycle ?? []).map { event in
            event.kind.rawValue + (event.run.map { " " + Self.name($0.task) } ?? "")
        }
    }

    func published(_ type: String) -> [JSON] { (world?.published ?? []).filter { $0["type"]?.string == type } }

    func expectExecutions(_ name: String, _ count: Int, _ verb: String) throws {
        let all = (world?.order ?? []).compactMap { world?[$0] }.filter { $0.definition.name == name }
        let statuses = all.map(\.state.status)
        let status: ExecutionStatus =
            switch verb {
            case "complete": .completed
            case "fault": .faulted
            case "cancel": .cancelled
            default: throw Failure(description: "\(verb) is no ending")
            }
        try expect(statuses.filter { $0 == status }.count == count, "they are \(statuses.map(\.rawValue))")
    }

    func expectRefusal(at pointer: String, _ words: String) throws {
        guard let refusal else { throw Failure(description: "but it is accepted") }
        let fits = refusal.list.contains { $0.pointer.description == pointer && $0.description.contains(words) }
        try expect(fits, "the faults are: \(refusal)")
    }

    func expectWarning(at pointer: String, _ words: String) throws {
        let fits = warnings.contains { $0.pointer.description == pointer && $0.description.contains(words) }
        try expect(refusal == nil && fits, "the warnings are: \(warnings)")
    }

    func expectCondition(_ text: String) throws {
        var budget = EvaluationBudget()
        let value = try Expression(text).evaluate(world?.view(of: Self.id) ?? .null, budget: &budget)
        try expect(value == .bool(true), "it gives \(value)")
    }
}
