import Core
import Expressions

/// A value in which strings in `${ }` are expressions.
indirect enum StubValue: Sendable {
    case constant(JSON)
    case expression(Expression)
    case array([StubValue])
    case object([(key: String, value: StubValue)])

    init(_ value: JSON) throws(ExpressionSyntaxError) {
        switch value {
        case .string(let text):
            if text.hasPrefix("${"), text.hasSuffix("}") {
                self = .expression(try Expression(String(text.dropFirst(2).dropLast()), allowing: ["call"]))
            } else {
                self = .constant(value)
            }
        case .array(let elements):
            var values: [StubValue] = []
            for element in elements { values.append(try StubValue(element)) }
            self = .array(values)
        case .object(let object):
            var members: [(key: String, value: StubValue)] = []
            for (key, member) in object { members.append((key, try StubValue(member))) }
            self = .object(members)
        default: self = .constant(value)
        }
    }

    func value(_ arguments: JSON, _ call: JSON) throws(EvaluationError) -> JSON {
        switch self {
        case .constant(let value): return value
        case .expression(let expression):
            var budget = EvaluationBudget()
            return try expression.evaluate(arguments, expression.variables.map { _ in call }, budget: &budget)
        case .array(let elements):
            var values: [JSON] = []
            for element in elements { values.append(try element.value(arguments, call)) }
            return .array(values)
        case .object(let members):
            var object = JSONObject()
            for (key, member) in members { object[key] = try member.value(arguments, call) }
            return .object(object)
        }
    }
}
