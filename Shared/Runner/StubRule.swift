import Core
import Engine
import Expressions

/// Which calls are answered, and how.
struct StubRule: Sendable {
    /// One answer.
    struct Step: Sendable {
        enum Content: Sendable {
            case output(StubValue)
            case fault(Fault)
            case silence
        }

        var content: Content
        var delay: Duration
    }

    var task: String?
    var function: String?
    var condition: Expression?
    /// For consecutive calls; never empty.
    var steps: [Step]

    func fits(_ call: FunctionCall) throws(EvaluationError) -> Bool {
        if let task, task != (task.hasPrefix("/") ? call.task : call.name) { return false }
        if let function, !Self.matches(function, call.request.function) { return false }
        guard let condition else { return true }
        var budget = EvaluationBudget()
        let values = condition.variables.map { _ in Self.descriptor(call, number: 0) }
        let value = try condition.evaluate(call.request.arguments, values, budget: &budget)
        return value != .null && value != .bool(false)
    }

    func answer(_ call: FunctionCall, number: Int) throws(EvaluationError) -> FunctionAnswer {
        let step = steps[min(number, steps.count) - 1]
        let result: FunctionAnswer.Result =
            switch step.content {
            case .silence: .silence
            case .fault(let fault): .fault(fault)
            case .output(let value):
                .output(try value.value(call.request.arguments, Self.descriptor(call, number: number)))
            }
        return FunctionAnswer(result, delay: step.delay)
    }

    /// `agent` names `agent:1.0.0` and `agent:1.0.0@default`, `agent:1.0.0` the last two.
    private static func matches(_ wanted: String, _ function: String) -> Bool {
        guard function.hasPrefix(wanted) else { return false }
        let rest = function.dropFirst(wanted.count)
        return rest.isEmpty || rest.hasPrefix(":") || rest.hasPrefix("@")
    }

    private static func descriptor(_ call: FunctionCall, number: Int) -> JSON {
        [
            "task": .string(call.task), "name": .string(call.name), "function": .string(call.request.function),
            "attempt": .integer(Int64(call.request.attempt)), "number": .integer(Int64(number)),
            "execution": .string(call.executionID),
        ]
    }
}
