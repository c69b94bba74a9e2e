public import Core
public import Expressions
import Patterns

/// How expressions in filters are evaluated: over a value; nil when the expression fails.
public typealias EventEvaluator = (Expression, JSON) -> JSON?

extension EventFilter {
    /// Whether the attributes of `event`, a CloudEvent in JSON, are as they must be. An expression that fails does not
    /// fit: what comes from outside must not break what waits for it.
    public func fits(_ event: JSON, _ evaluate: EventEvaluator) -> Bool {
        attributes.allSatisfy { name, match in match.fits(event[name], evaluate) }
    }

    /// The values that tie `event` to others, by name; nil when one is missing or `null`.
    public func keys(of event: JSON, _ evaluate: EventEvaluator) -> [String: String]? {
        var keys: [String: String] = [:]
        for correlation in correlations {
            guard let value = evaluate(correlation.from, event), !value.isNull else { return nil }
            keys[correlation.name] = Self.key(value)
        }
        return keys
    }

    /// A value in the form in which values are compared: the number 7 and the text "7" are the same.
    public static func key(_ value: JSON) -> String { value.string ?? value.text(.canonical) }

    /// Several keys as one text, so that they can be looked up; nil when there are none.
    public static func joined(_ keys: [String: String]) -> String? {
        guard !keys.isEmpty else { return nil }
        return JSON.array(keys.sorted { $0.key < $1.key }.map { [.string($0.key), .string($0.value)] }).text()
    }

    /// Evaluates what can be told without an execution: an expression that uses variables is taken to hold.
    public static func withoutExecution(_ expression: Expression, _ value: JSON) -> JSON? {
        guard expression.variables.isEmpty else { return true }
        var budget = EvaluationBudget()
        return try? expression.evaluate(value, budget: &budget)
    }
}

extension EventMatch {
    func fits(_ value: JSON?, _ evaluate: EventEvaluator) -> Bool {
        switch self {
        case .equals(let expected): return value == expected
        case .pattern(let literal, let pattern):
            guard let text = value?.string else { return false }
            // Enough for any honest pattern; one that needs more does not fit.
            var steps = 100_000
            return text == literal || (try? pattern.matches(text, steps: &steps)) ?? false
        case .members(let members):
            guard let object = value?.object else { return false }
            return members.allSatisfy { key, match in match.fits(object[key], evaluate) }
        case .condition(let expression):
            guard let result = evaluate(expression, value ?? .null) else { return false }
            return result.bool ?? (value != nil && result == value)
        }
    }
}

extension EventStrategy {
    /// Whether any filter can fit, as far as that can be told without the execution.
    public func mayFit(_ event: JSON) -> Bool {
        if kind == .any, filters.isEmpty { return true }
        if let stops, stops.mayFit(event) { return true }
        return filters.contains { filter in
            filter.fits(event, EventFilter.withoutExecution)
                && filter.keys(of: event, EventFilter.withoutExecution) != nil
        }
    }
}
