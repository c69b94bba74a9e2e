public import Core
public import Expressions

/// A JSON value in which some strings are expressions.
public indirect enum Template: Sendable {
    /// No expression anywhere in it.
    case constant(JSON)
    /// The result of an expression.
    case expression(Expression)
    /// Elements, at least one of which has an expression.
    case array([Template])
    /// Members, at least one of which has an expression.
    case object([(key: String, value: Template)])

    /// The value, each expression replaced by what `resolve` gives for it.
    public func value<E: Error>(_ resolve: (Expression) throws(E) -> JSON) throws(E) -> JSON {
        switch self {
        case .constant(let value): return value
        case .expression(let expression): return try resolve(expression)
        case .array(let elements):
            var values: [JSON] = []
            values.reserveCapacity(elements.count)
            for element in elements { values.append(try element.value(resolve)) }
            return .array(values)
        case .object(let members):
            var object = JSONObject()
            for (key, member) in members { object[key] = try member.value(resolve) }
            return .object(object)
        }
    }
}
