import Core

/// A program as written.
indirect enum Syntax: Sendable {
    case identity
    case recurseDefault
    case literal(JSON)
    case string(format: String?, [StringPart])
    case format(String)
    case variable(String)
    case index(Syntax, Syntax)
    case slice(Syntax, Syntax?, Syntax?)
    case iterate(Syntax)
    case array(Syntax?)
    case object([(key: Syntax, value: Syntax)])
    case negate(Syntax)
    case pipe(Syntax, Syntax)
    case comma(Syntax, Syntax)
    case binary(BinaryOperator, Syntax, Syntax)
    case and(Syntax, Syntax)
    case or(Syntax, Syntax)
    case alternative(Syntax, Syntax)
    case assign(AssignOperator, Syntax, Syntax)
    case conditional(Syntax, Syntax, Syntax?)
    case attempt(Syntax, Syntax?)
    case reduce(Syntax, [Pattern], Syntax, Syntax)
    case foreach(Syntax, [Pattern], Syntax, Syntax, Syntax?)
    case bind(Syntax, [Pattern], Syntax)
    case define(Definition, Syntax)
    case call(String, [Syntax], offset: Int)
    case label(String, Syntax)
    case leave(String, offset: Int)

    enum StringPart: Sendable {
        case text(String)
        case program(Syntax)
    }

    /// A destructuring pattern.
    indirect enum Pattern: Sendable {
        case variable(String)
        case array([Pattern])
        case object([(variable: String?, key: Syntax, value: Pattern?)])

        /// The names that it binds, in order, each once.
        var names: [String] {
            var found: [String] = []
            collect(&found)
            return found
        }

        private func collect(_ found: inout [String]) {
            func add(_ name: String) { if !found.contains(name) { found.append(name) } }
            switch self {
            case .variable(let name): add(name)
            case .array(let elements): for element in elements { element.collect(&found) }
            case .object(let members):
                for member in members {
                    if let name = member.variable { add(name) }
                    member.value?.collect(&found)
                }
            }
        }
    }

    struct Definition: Sendable {
        var name: String
        /// With `$` for those that are values.
        var parameters: [String]
        var body: Syntax
    }
}

enum BinaryOperator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

enum AssignOperator: Sendable {
    case set
    case update
    case arithmetic(BinaryOperator)
    case alternative
}
