import Core
import Expressions
import JSONSchema
import Workflow

extension Machine {
    mutating func evaluate(_ expression: Expression, _ input: JSON, _ scope: Scope) throws(Fault) -> JSON {
        let values = expression.variables.map { value(of: $0, scope) }
        let limit = EvaluationBudget()
        var budget = EvaluationBudget(steps: min(limit.steps, steps), depth: limit.depth, size: limit.size)
        let before = budget.steps
        defer { steps = max(0, steps - (before - budget.steps) - 10) }
        do {
            return try expression.evaluate(input, values, budget: &budget)
        } catch {
            throw Fault(.expression, detail: error.detail, instance: scope.task?.pointer)
        }
    }

    mutating func resolve(_ template: Template, _ input: JSON, _ scope: Scope) throws(Fault) -> JSON {
        let value = try template.value { expression throws(Fault) in try evaluate(expression, input, scope) }
        let limit = EvaluationBudget().size
        if EvaluationBudget.size(of: value, stoppingAt: limit) > limit {
            throw Fault(.expression, detail: EvaluationError.size.description, instance: scope.task?.pointer)
        }
        return value
    }

    func isTrue(_ value: JSON) -> Bool { value != .null && value != .bool(false) }

    /// The schema is checked on the raw input, before the transformation.
    mutating func transformedInput(_ stage: DataStage, _ scope: Scope, _ raw: JSON) throws(Fault) -> JSON {
        try check(stage.schema, raw, "input", scope)
        guard let transform = stage.transform else { return raw }
        return try resolve(transform, raw, scope)
    }

    /// The schema is checked on the transformed output.
    mutating func transformedOutput(_ stage: DataStage, _ scope: Scope, _ raw: JSON) throws(Fault) -> JSON {
        var output = raw
        if let transform = stage.transform { output = try resolve(transform, raw, scope) }
        try check(stage.schema, output, "output", scope)
        return output
    }

    func check(_ schema: Schema?, _ value: JSON, _ what: String, _ scope: Scope) throws(Fault) {
        guard let schema, let problem = schema.firstProblem(value) else { return }
        throw Fault(.validation, detail: "the \(what) at \(problem)", instance: scope.task?.pointer)
    }

    mutating func duration(_ template: DurationTemplate, _ scope: Scope) throws(Fault) -> Duration {
        switch template {
        case .fixed(let duration): return duration
        case .evaluated(let template):
            let value = try resolve(template, scope.input, scope)
            guard let duration = DurationTemplate.duration(value) else {
                throw Fault(.expression, detail: "the expression gives no duration", instance: scope.task?.pointer)
            }
            return duration
        }
    }

    mutating func error(_ template: ErrorTemplate, _ task: WorkflowTask, _ scope: Scope) throws(Fault) -> Fault {
        func text(_ value: JSON?) -> String? { value.flatMap { $0.isNull ? nil : $0.string ?? $0.text() } }
        let type = text(try resolve(template.type, scope.input, scope))
        let title = try template.title.map { template throws(Fault) in try resolve(template, scope.input, scope) }
        let detail = try template.detail.map { template throws(Fault) in try resolve(template, scope.input, scope) }
        let instance = try template.instance.map { template throws(Fault) in try resolve(template, scope.input, scope) }
        return Fault(
            type: type ?? "about:blank", status: template.status, title: text(title), detail: text(detail),
            instance: text(instance) ?? task.pointer)
    }

    /// The event to be published: what the definition says, and what CloudEvents 1.0 requires.
    mutating func cloudEvent(_ template: Template, _ run: TaskRun, _ scope: Scope) throws(Fault) -> JSON {
        var event: JSONObject = ["specversion": "1.0"]
        event["id"] = .string(state.taskID(run.number))
        event["time"] = .string(now.description)
        event["source"] = .string("cadenza/\(definition.namespace)/\(definition.name)")
        for (key, value) in try resolve(template, scope.input, scope).object ?? [:] where !value.isNull {
            event[key] = value
        }
        guard event["type"]?.string?.isEmpty == false else {
            throw Fault(.expression, detail: "the event's type is no text", instance: scope.task?.pointer)
        }
        if event["data"] != nil, event["datacontenttype"] == nil { event["datacontenttype"] = "application/json" }
        return .object(event)
    }
}
