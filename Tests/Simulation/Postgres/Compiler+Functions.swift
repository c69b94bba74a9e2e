import Core

extension Compiler {
    func call(_ name: String, _ arguments: [Expression], _ scope: Scope) throws -> Compiled {
        if ["count", "min", "max", "bool_or", "bool_and", "sum"].contains(name) {
            return try aggregate(name, arguments, scope)
        }
        let values = try arguments.map { try compile($0, scope) }
        switch (name, values.count) {
        case ("coalesce", 1...):
            let values = try common(values)
            return Compiled(values[0].type) { environment in
                for value in values {
                    let found = try value.evaluate(environment)
                    if !found.isNull { return found }
                }
                return .null
            }
        case ("least", 1...), ("greatest", 1...):
            let values = try common(values)
            let wanted = name == "least" ? -1 : 1
            return Compiled(values[0].type) { environment in
                try values.map { try $0.evaluate(environment) }.reduce(.null) { best, value in
                    if value.isNull || best.isNull { return value.isNull ? best : value }
                    return Value.compare(value, best) == wanted ? value : best
                }
            }
        default: return try strict(name, values)
        }
    }

    /// Functions that give NULL for NULL.
    private func strict(_ name: String, _ values: [Compiled]) throws -> Compiled {
        if let moment = moment(name, values.count) { return moment }
        if let lock = try lock(name, values) { return lock }
        let (type, parameters, work): (ValueType, [ValueType], (Run, [Value]) throws -> Value)
        switch name {
        case "starts_with":
            (type, parameters) = (.bool, [.text, .text])
            work = { _, values in
                guard case (.text(let text), .text(let start)) = (values[0], values[1]) else { return .null }
                return .bool(text.utf8.starts(with: start.utf8))
            }
        case "length":
            (type, parameters) = (.int4, [values.first?.type == .bytea ? .bytea : .text])
            work = { _, values in
                switch values[0] {
                case .bytes(let bytes): .int(Int64(bytes.count))
                case .text(let text): .int(Int64(text.unicodeScalars.count))
                default: .null
                }
            }
        case "pg_xact_status":
            (type, parameters) = (.text, [.xid8])
            work = { run, values in
                guard case .int(let number) = values[0] else { return .null }
                return .text(try run.database.status(number))
            }
        default: throw unsupported("the function \(name)(\(values.map { "\($0.type)" }.joined(separator: ", ")))")
        }
        guard values.count == parameters.count else { throw unsupported("so many arguments of \(name)") }
        let arguments = try zip(values, parameters).map { try $0.coerced(to: $1) }
        return Compiled(type) { environment in
            let values = try arguments.map { try $0.evaluate(environment) }
            return values.contains(where: \.isNull) ? .null : try work(environment.run, values)
        }
    }

    private func moment(_ name: String, _ count: Int) -> Compiled? {
        switch (name, count) {
        case ("now", 0), ("transaction_timestamp", 0):
            Compiled(.timestamptz) { .time($0.run.transaction.start.microseconds) }
        case ("clock_timestamp", 0):
            Compiled(.timestamptz) { .time($0.run.database.now().microseconds) }
        case ("random", 0): Compiled(.float8) { .float($0.run.database.random.unit()) }
        case ("pg_current_xact_id", 0):
            Compiled(.xid8) { .int($0.run.database.number(of: $0.run.transaction)) }
        default: nil
        }
    }

    private func lock(_ name: String, _ values: [Compiled]) throws -> Compiled? {
        let isTry = name == "pg_try_advisory_xact_lock" || name == "pg_try_advisory_lock"
        guard isTry || name == "pg_advisory_lock" || name == "pg_advisory_xact_lock", values.count == 1 else {
            return nil
        }
        let key = try values[0].coerced(to: .int8).evaluate
        let endsWithTransaction = name.contains("xact")
        // The server gives `void`, which nobody reads.
        return Compiled(isTry ? .bool : .text) { environment in
            guard case .int(let key) = try key(environment) else { return .null }
            let transaction = environment.run.transaction
            let isOurs = environment.run.database.tryLock(
                key, session: transaction.session, transaction: endsWithTransaction ? transaction : nil)
            if isTry { return .bool(isOurs) }
            if !isOurs { throw failure("55P03", "another session holds the advisory lock") }
            return .text("")
        }
    }

    func extract(_ field: String, _ value: Expression, _ scope: Scope) throws -> Compiled {
        let value = try compile(value, scope)
        guard field == "epoch" else { throw unsupported("extract(\(field))") }
        return Compiled(.numeric) { environment in
            switch try value.evaluate(environment) {
            case .interval(let microseconds), .time(let microseconds): .float(Double(microseconds) / 1_000_000)
            default: .null
            }
        }
    }

    // MARK: calculation

    static func calculation(
        _ sign: String, _ left: ValueType, _ right: ValueType
    ) throws -> (ValueType, (Value, Value) throws -> Value) {
        switch (left, sign, right) {
        case (.timestamptz, "+", .interval), (.timestamptz, "-", .interval), (.interval, "+", .timestamptz):
            return (.timestamptz, { .time(try added($0, sign, $1)) })
        case (.timestamptz, "-", .timestamptz), (.interval, "+", .interval), (.interval, "-", .interval):
            return (.interval, { .interval(try added($0, sign, $1)) })
        case (_, "*", .interval) where left.isNumber: return (.interval, { .interval(try scaled($1, $0)) })
        case (.interval, "*", _) where right.isNumber: return (.interval, { .interval(try scaled($0, $1)) })
        case _ where left.isInteger && right.isInteger:
            let type = left.wider(right)
            return (
                type, { try Value.int(try whole($0, sign, $1)).cast(from: .int8, to: type == .int8 ? .int8 : type) }
            )
        case _ where left.isNumber && right.isNumber:
            return (left.wider(right), { .float(try broken($0, sign, $1)) })
        default: throw failure("42883", "operator does not exist: \(left) \(sign) \(right)")
        }
    }

    private static func ticks(_ value: Value) -> Int64 {
        switch value {
        case .time(let ticks), .interval(let ticks), .int(let ticks): ticks
        default: 0
        }
    }

    private static func added(_ left: Value, _ sign: String, _ right: Value) throws -> Int64 {
        let (a, b) = (ticks(left), ticks(right))
        let (sum, overflows) = sign == "+" ? a.addingReportingOverflow(b) : a.subtractingReportingOverflow(b)
        if overflows { throw failure("22008", "timestamp out of range") }
        return sum
    }

    private static func scaled(_ interval: Value, _ factor: Value) throws -> Int64 {
        let product = (Double(ticks(interval)) * (factor.double ?? 0)).rounded(.toNearestOrEven)
        guard let exact = Int64(exactly: product) else { throw failure("22008", "interval out of range") }
        return exact
    }

    private static func whole(_ left: Value, _ sign: String, _ right: Value) throws -> Int64 {
        let (a, b) = (ticks(left), ticks(right))
        if b == 0, sign == "/" || sign == "%" { throw failure("22012", "division by zero") }
        let (result, overflows) =
            switch sign {
            case "+": a.addingReportingOverflow(b)
            case "-": a.subtractingReportingOverflow(b)
            case "*": a.multipliedReportingOverflow(by: b)
            case "/": a.dividedReportingOverflow(by: b)
            case "%": a.remainderReportingOverflow(dividingBy: b)
            default: throw unsupported("the operator \(sign)")
            }
        if overflows { throw failure("22003", "bigint out of range") }
        return result
    }

    private static func broken(_ left: Value, _ sign: String, _ right: Value) throws -> Double {
        let (a, b) = (left.double ?? 0, right.double ?? 0)
        switch sign {
        case "+": return a + b
        case "-": return a - b
        case "*": return a * b
        case "/":
            if b == 0 { throw failure("22012", "division by zero") }
            return a / b
        default: throw unsupported("the operator \(sign)")
        }
    }

    // MARK: aggregates

    private func aggregate(_ name: String, _ arguments: [Expression], _ scope: Scope) throws -> Compiled {
        guard arguments.count == 1 else { throw unsupported("so many arguments of \(name)") }
        let gathering = scope.aggregates
        scope.aggregates = nil
        let value = try compile(arguments[0], scope).settled()
        scope.aggregates = gathering
        let fold = try Self.fold(name, value.type)
        let start: Value = name == "count" ? .int(0) : .null
        let aggregate = Aggregate(start: start) { state, environment in
            let value = try value.evaluate(environment)
            return value.isNull ? state : try fold(state, value)
        }
        let type: ValueType
        switch (name, value.type) {
        case ("count", _): type = .int8
        case ("sum", .int4), ("sum", .int2): type = .int8
        case ("sum", .int8): throw unsupported("sum(bigint), which is numeric")
        default: type = value.type
        }
        return try gathered(type, aggregate, scope)
    }

    private static func fold(_ name: String, _ type: ValueType) throws -> (Value, Value) throws -> Value {
        switch name {
        case "count": { state, _ in next(state) }
        case "min": { $0.isNull || Value.compare($1, $0) < 0 ? $1 : $0 }
        case "max": { $0.isNull || Value.compare($1, $0) > 0 ? $1 : $0 }
        case "bool_or": { $0.isNull || $1.isTrue ? $1 : $0 }
        case "bool_and": { $0.isNull || !$1.isTrue ? $1 : $0 }
        case "sum" where type.isInteger: { $0.isNull ? $1 : .int(try whole($0, "+", $1)) }
        case "sum" where type == .float8: { $0.isNull ? $1 : .float(try broken($0, "+", $1)) }
        default: throw unsupported("\(name)(\(type))")
        }
    }

    /// The place where an aggregate's value stands once all rows are gathered.
    func gathered(_ type: ValueType, _ aggregate: Aggregate, _ scope: Scope) throws -> Compiled {
        guard let place = scope.aggregates?.count else { throw failure("42803", "an aggregate cannot stand here") }
        scope.aggregates?.append(aggregate)
        return Compiled(type) { $0.aggregates[place] }
    }
}

extension Compiled {
    /// In another type where the server does that by itself: literals, and numbers that become wider.
    func coerced(to wanted: ValueType) throws -> Compiled {
        if type == wanted { return self }
        if type == .unknown { return try converted(to: wanted) }
        guard type.isNumber, wanted.isNumber, type.wider(wanted) == wanted else {
            throw failure("42883", "\(type) where \(wanted) must stand")
        }
        return try converted(to: wanted)
    }

    /// A literal that nothing around it gives a type is text.
    func settled() throws -> Compiled { type == .unknown ? try converted(to: .text) : self }

    /// What is stored into a column of this type.
    func assigned(to wanted: ValueType) throws -> Compiled {
        if type == wanted || type == .unknown || (type.isNumber && wanted.isNumber) { return try converted(to: wanted) }
        throw failure("42804", "column is of type \(wanted) but expression is of type \(type)")
    }

    /// By a cast.
    func converted(to wanted: ValueType) throws -> Compiled {
        if type == wanted { return self }
        if let constant { return Compiled(wanted, try constant.cast(from: type, to: wanted)) }
        let (type, evaluate) = (type, evaluate)
        return Compiled(wanted) { try evaluate($0).cast(from: type, to: wanted) }
    }
}
