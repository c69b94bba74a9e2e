import Core
import Expressions
import Workflow

extension Machine {
    /// What `$name` is.
    func value(of name: String, _ scope: Scope) -> JSON {
        switch name {
        case "context": scope.context ?? state.context(at: scope.at)
        case "input": scope.input
        case "output": scope.output
        case "task": taskDescriptor(scope)
        case "workflow": workflowDescriptor()
        case "runtime": ["name": "cadenza", "version": "1.0.0", "metadata": [:]]
        case Expression.now: .number(Double(now.microseconds) / 1e6)
        default: bound[name] ?? variable(name, scope.run)
        }
    }

    /// The nearest run around that gives the name a value.
    private func variable(_ name: String, _ run: Int) -> JSON {
        var next = run
        while let frame = state.frame(next) {
            if let value = frame.variable(name) { return value }
            if next == 0 { break }
            next = frame.run.parent
        }
        return .null
    }

    private func taskDescriptor(_ scope: Scope) -> JSON {
        guard let task = scope.task else { return .null }
        if let extended = extendedTask(scope.run) { return extended }
        return [
            "name": .string(task.name), "reference": .string(task.pointer), "definition": task.definition,
            "input": scope.raw, "output": scope.output, "startedAt": Self.descriptor(scope.startedAt),
        ]
    }

    /// In what extensions run, the task is the one that they extend.
    private func extendedTask(_ run: Int) -> JSON? {
        var next = run
        while next != 0, let frame = state.frame(next) {
            if let stages = frame.stages, stages.current != .task {
                let task = task(of: frame)
                return [
                    "name": .string(task.name), "reference": .string(task.pointer), "definition": task.definition,
                    "input": frame.raw, "output": stages.result ?? .null,
                    "startedAt": Self.descriptor(frame.startedAt),
                ]
            }
            next = frame.run.parent
        }
        return nil
    }

    private func workflowDescriptor() -> JSON {
        [
            "id": .string(state.executionID), "definition": definition.document, "input": state.input,
            "startedAt": Self.descriptor(state.startedAt),
        ]
    }

    private static func descriptor(_ instant: Instant) -> JSON {
        [
            "iso8601": .string(instant.description),
            "epoch": [
                "seconds": .integer(instant.milliseconds / 1000), "milliseconds": .integer(instant.milliseconds),
            ],
        ]
    }
}
