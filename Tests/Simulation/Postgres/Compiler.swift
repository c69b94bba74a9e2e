/// Makes statements ready to run: names become places, types are settled.
final class Compiler {
    let database: Database
    private let parameters: [ValueType]
    private var places = 0

    init(_ database: Database, parameters: [ValueType] = []) {
        (self.database, self.parameters) = (database, parameters)
    }

    /// A place of its own within a run.
    func place() -> Int {
        places += 1
        return places
    }

    func compile(_ expression: Expression, _ scope: Scope) throws -> Compiled {
        switch expression {
        case .literal(let value, let type): return Compiled(type, value)
        case .parameter(let number):
            guard parameters.indices.contains(number) else { throw failure("42P02", "there is no such parameter") }
            return Compiled(parameters[number]) { $0.run.parameters[number] }
        case .column(let qualifier, let name): return column(try scope.find(qualifier, name))
        case .row(let members):
            let members = try members.map { try compile($0, scope).settled() }
            return Compiled(.record) { environment in .row(try members.map { try $0.evaluate(environment) }) }
        case .not(let value):
            let value = try condition(value, scope)
            return Compiled(.bool) { Value(try value($0).truth.map { !$0 }) }
        case .negative(let value):
            return try arithmetic("-", Compiled(.int4, .int(0)), try compile(value, scope))
        case .operation(let sign, let left, let right): return try operation(sign, left, right, scope)
        case .isNull(let value):
            let value = try compile(value, scope)
            return Compiled(.bool) { .bool(try value.evaluate($0).isNull) }
        case .in(let value, let list):
            return try compile(
                list.dropFirst().reduce(.operation("=", value, list[0])) {
                    .operation("or", $0, .operation("=", value, $1))
                }, scope)
        case .inQuery(let value, let query): return try membership(value, query, scope)
        case .quantified(let sign, let value, let array, let all):
            return try quantified(sign, value, array, all, scope)
        case .exists(let query):
            let answer = try subquery(query, scope).answer
            return Compiled(.bool) { .bool(try !answer($0).rows.isEmpty) }
        case .scalar(let query): return try scalar(query, scope)
        case .gathered(let query): return try array(query, scope)
        case .choice(let branches, let otherwise): return try choice(branches, otherwise, scope)
        case .call(let name, let arguments): return try call(name, arguments, scope)
        case .countAll: return try gathered(.int8, Aggregate(start: .int(0)) { count, _ in Self.next(count) }, scope)
        case .cast(let value, let type): return try compile(value, scope).converted(to: type)
        case .extract(let field, let value): return try extract(field, value, scope)
        case .standard: throw unsupported("DEFAULT here")
        }
    }

    /// A condition; NULL is neither true nor false.
    func condition(_ expression: Expression, _ scope: Scope) throws -> Evaluate {
        let compiled = try compile(expression, scope).coerced(to: .bool)
        guard compiled.type == .bool else { throw failure("42804", "a condition must be boolean") }
        return compiled.evaluate
    }

    private func column(_ found: Scope.Found) -> Compiled {
        let slot = found.slot
        switch found.depth {
        case 0: return Compiled(found.type) { $0.row[slot] }
        case 1: return Compiled(found.type) { $0.outer!.row[slot] }
        default:
            return Compiled(found.type) { environment in
                var at = environment
                for _ in 0..<found.depth { at = at.outer! }
                return at.row[slot]
            }
        }
    }

    // MARK: operators

    private func operation(
        _ sign: String, _ left: Expression, _ right: Expression, _ scope: Scope
    ) throws -> Compiled {
        switch sign {
        case "and", "or":
            let (left, right) = (try condition(left, scope), try condition(right, scope))
            let decisive = sign == "or"
            return Compiled(.bool) { environment in
                let a = try left(environment).truth
                if a == decisive { return .bool(decisive) }
                let b = try right(environment).truth
                if b == decisive { return .bool(decisive) }
                return a == nil || b == nil ? .null : .bool(!decisive)
            }
        case "=", "<>", "<", ">", "<=", ">=":
            if case (.row(let a), .row(let b)) = (left, right) { return try rows(sign, a, b, scope) }
            let (left, right) = try alike(try compile(left, scope), try compile(right, scope))
            let test = try Self.test(sign)
            return Compiled(.bool) { Value(test(try left.evaluate($0), try right.evaluate($0))) }
        default: return try arithmetic(sign, try compile(left, scope), try compile(right, scope))
        }
    }

    private func rows(
        _ sign: String, _ left: [Expression], _ right: [Expression], _ scope: Scope
    ) throws -> Compiled {
        guard left.count == right.count else { throw failure("42601", "unequal number of entries in row expressions") }
        let pairs = try zip(left, right).map { try alike(try compile($0, scope), try compile($1, scope)) }
        let test = try Self.test(sign)
        return Compiled(.bool) { environment in
            let left = try pairs.map { try $0.0.evaluate(environment) }
            return Value(test(.row(left), .row(try pairs.map { try $0.1.evaluate(environment) })))
        }
    }

    /// What a comparison says; nil for NULL.
    static func test(_ sign: String) throws -> (Value, Value) -> Bool? {
        switch sign {
        case "=": { Value.equal($0, $1) }
        case "<>": { Value.equal($0, $1).map { !$0 } }
        case "<": { Value.ordered($0, $1).map { $0 < 0 } }
        case ">": { Value.ordered($0, $1).map { $0 > 0 } }
        case "<=": { Value.ordered($0, $1).map { $0 <= 0 } }
        case ">=": { Value.ordered($0, $1).map { $0 >= 0 } }
        default: throw unsupported("the operator \(sign)")
        }
    }

    /// Two values that can be compared, in one type.
    func alike(_ left: Compiled, _ right: Compiled) throws -> (Compiled, Compiled) {
        if left.type == right.type { return (try left.settled(), try right.settled()) }
        if left.type == .unknown { return (try left.coerced(to: right.type), right) }
        if right.type == .unknown { return (left, try right.coerced(to: left.type)) }
        guard left.type.isNumber, right.type.isNumber else {
            throw failure("42883", "operator does not exist: \(left.type) = \(right.type)")
        }
        return (left, right)
    }

    private func arithmetic(_ sign: String, _ left: Compiled, _ right: Compiled) throws -> Compiled {
        if sign == "||" { return try concatenation(left, right) }
        var (left, right) = (left, right)
        if left.type == .unknown { left = try left.coerced(to: right.type) }
        if right.type == .unknown { right = try right.coerced(to: left.type) }
        let (type, work) = try Self.calculation(sign, left.type, right.type)
        return Compiled(type) { environment in
            let (a, b) = (try left.evaluate(environment), try right.evaluate(environment))
            return a.isNull || b.isNull ? .null : try work(a, b)
        }
    }

    private func concatenation(_ left: Compiled, _ right: Compiled) throws -> Compiled {
        guard [.text, .unknown].contains(left.type) || [.text, .unknown].contains(right.type) else {
            throw failure("42883", "operator does not exist: \(left.type) || \(right.type)")
        }
        let (left, right) = (try left.converted(to: .text), try right.converted(to: .text))
        return Compiled(.text) { environment in
            guard case .text(let a) = try left.evaluate(environment),
                case .text(let b) = try right.evaluate(environment)
            else { return .null }
            return .text(a + b)
        }
    }

    private func quantified(
        _ sign: String, _ value: Expression, _ array: Expression, _ all: Bool, _ scope: Scope
    ) throws -> Compiled {
        let array = try compile(array, scope)
        guard case .array(let element) = array.type else { throw failure("42809", "ANY and ALL require an array") }
        let (value, _) = try alike(try compile(value, scope), Compiled(element, .null))
        let test = try Self.test(sign)
        return Compiled(.bool) { environment in
            let value = try value.evaluate(environment)
            guard case .array(let elements) = try array.evaluate(environment) else { return .null }
            var isUnknown = false
            for element in elements {
                guard let holds = test(value, element) else {
                    isUnknown = true
                    continue
                }
                if holds != all { return .bool(holds) }
            }
            return isUnknown ? .null : .bool(all)
        }
    }

    private func choice(
        _ branches: [(condition: Expression, value: Expression)], _ otherwise: Expression?, _ scope: Scope
    ) throws -> Compiled {
        let conditions = try branches.map { try condition($0.condition, scope) }
        let last = otherwise ?? .literal(.null, .unknown)
        let values = try common(try (branches.map(\.value) + [last]).map { try compile($0, scope) })
        return Compiled(values[0].type) { environment in
            let position = try conditions.firstIndex { try $0(environment).isTrue } ?? conditions.count
            return try values[position].evaluate(environment)
        }
    }

    /// Values of which one is taken, in one type.
    func common(_ values: [Compiled]) throws -> [Compiled] {
        let known = values.map(\.type).filter { $0 != .unknown }
        guard var type = known.first else { return try values.map { try $0.settled() } }
        for other in known where other != type {
            guard type.isNumber, other.isNumber else { throw failure("42804", "types \(type) and \(other) differ") }
            type = type.wider(other)
        }
        return try values.map { try $0.converted(to: type) }
    }

    static func next(_ count: Value) -> Value {
        guard case .int(let count) = count else { return count }
        return .int(count + 1)
    }
}
