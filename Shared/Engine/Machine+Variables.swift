import Core
import Workflow

extension Machine {
    /// What `$name` is.
    func value(of name: String, _ scope: Scope) -> JSON {
        switch name {
        case "context": state.context
        case "input": scope.input
        case "output": scope.output
        case "task": taskDescriptor(scope)
        case "workflow": workflowDescriptor()
        case "runtime": ["name": "cadenza", "version": "1.0.0", "metadata": [:]]
        case "authorization": .null
        default: bound[name] ?? variable(name, scope.run)
        }
    }

    /// The nearest run around that gives the name a value.
    private func variable(_ name: String, _ run: Int) -> JSON {
        var next = run
        while let frame = state.frame(next) {
            if let value = frame.variables[name] { return value }
            if next == 0 { break }
            next = frame.run.parent
        }
        return .null
    }

    private func taskDescriptor(_ scope: Scope) -> JSON {
        guard let task = scope.task else { return .null }
        return [
            "name": .string(task.name), "reference": .string(task.pointer), "definition": task.definition,
            "input": scope.raw, "output": scope.output, "startedAt": Self.descriptor(scope.startedAt),
        ]
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
