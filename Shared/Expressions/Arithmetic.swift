import Core

/// jq's operators on values.
enum Arithmetic {
    /// A number in its plainest form: whole where a double is exact about it.
    static func number(_ value: Double) -> JSON {
        if value == value.rounded(), abs(value) <= 9_007_199_254_740_992, !(value == 0 && value.sign == .minus) {
            return .integer(Int64(value))
        }
        return .number(value)
    }

    static func negated(_ value: JSON) -> JSON {
        if case .integer(let whole) = value, whole != .min, whole != 0 { return .integer(-whole) }
        return number(-(value.double ?? 0))
    }

    static func apply(_ operation: BinaryOperator, _ left: JSON, _ right: JSON, _ evaluator: Evaluator) throws(Signal)
        -> JSON
    {
        switch operation {
        case .add: return try add(left, right, evaluator)
        case .subtract: return try subtract(left, right, evaluator)
        case .multiply: return try multiply(left, right, evaluator)
        case .divide: return try divide(left, right, evaluator)
        case .remainder: return try remainder(left, right)
        case .equal: return .bool(try Ordering.equal(left, right, evaluator))
        case .notEqual: return .bool(try !Ordering.equal(left, right, evaluator))
        case .less: return .bool(try Ordering.compare(left, right, evaluator) < 0)
        case .lessOrEqual: return .bool(try Ordering.compare(left, right, evaluator) <= 0)
        case .greater: return .bool(try Ordering.compare(left, right, evaluator) > 0)
        case .greaterOrEqual: return .bool(try Ordering.compare(left, right, evaluator) >= 0)
        }
    }

    private static func refused(_ left: JSON, _ right: JSON, _ verb: String) -> Signal {
        .message(
            "\(Values.described(left)) and \(Values.described(right)) \(verb)"
        )
    }

    static func add(_ left: JSON, _ right: JSON, _ evaluator: Evaluator) throws(Signal) -> JSON {
        switch (left, right) {
        case (.null, _): return right
        case (_, .null): return left
        case (.integer(let a), .integer(let b)):
            let (sum, overflow) = a.addingReportingOverflow(b)
            return overflow ? number(Double(a) + Double(b)) : .integer(sum)
        case (.string(let a), .string(let b)):
            try evaluator.admit(bytes: a.utf8.count + b.utf8.count)
            return .string(a + b)
        case (.array(let a), .array(let b)):
            try evaluator.admit(count: a.count + b.count)
            try evaluator.step((a.count + b.count) >> 4)
            return .array(a + b)
        case (.object(var a), .object(let b)):
            try evaluator.step(b.count + (a.count >> 8))
            for (key, value) in b { a[key] = value }
            try evaluator.admit(count: a.count)
            return .object(a)
        default:
            guard let a = left.double, let b = right.double else { throw refused(left, right, "cannot be added") }
            return number(a + b)
        }
    }

    private static func subtract(_ left: JSON, _ right: JSON, _ evaluator: Evaluator) throws(Signal) -> JSON {
        switch (left, right) {
        case (.integer(let a), .integer(let b)):
            let (difference, overflow) = a.subtractingReportingOverflow(b)
            return overflow ? number(Double(a) - Double(b)) : .integer(difference)
        case (.array(let a), .array(let b)):
            var kept: [JSON] = []
            for element in a {
                var isKept = true
                for other in b where try Ordering.compare(element, other, evaluator) == 0 {
                    isKept = false
                    break
                }
                if isKept { kept.append(element) }
            }
            return .array(kept)
        default:
            guard let a = left.double, let b = right.double else { throw refused(left, right, "cannot be subtracted") }
            return number(a - b)
        }
    }

    private static func multiply(_ left: JSON, _ right: JSON, _ evaluator: Evaluator) throws(Signal) -> JSON {
        switch (left, right) {
        case (.integer(let a), .integer(let b)):
            let (product, overflow) = a.multipliedReportingOverflow(by: b)
            return overflow ? number(Double(a) * Double(b)) : .integer(product)
        case (.string(let text), .integer), (.string(let text), .number):
            return try repeated(text, right.double ?? 0, evaluator)
        case (.integer, .string(let text)), (.number, .string(let text)):
            return try repeated(text, left.double ?? 0, evaluator)
        case (.object(let a), .object(let b)): return .object(try merged(a, b, evaluator, 0))
        default:
            guard let a = left.double, let b = right.double else { throw refused(left, right, "cannot be multiplied") }
            return number(a * b)
        }
    }

    private static func repeated(_ text: String, _ count: Double, _ evaluator: Evaluator) throws(Signal) -> JSON {
        guard count >= 0 else { return .null }
        let times = count.rounded(.down)
        if text.isEmpty { return "" }
        guard times * Double(text.utf8.count) < 1e9 else { throw .message("Repeat string result too long") }
        try evaluator.admit(bytes: Int(times) * text.utf8.count)
        return .string(String(repeating: text, count: Int(times)))
    }

    private static func merged(
        _ left: JSONObject, _ right: JSONObject, _ evaluator: Evaluator, _ depth: Int
    ) throws(Signal) -> JSONObject {
        guard depth < evaluator.deepestValue else { throw .exhausted(.depth) }
        var result = left
        for (key, value) in right {
            try evaluator.step()
            if case .object(let inner) = value, case .object(let old)? = result[key] {
                result[key] = .object(try merged(old, inner, evaluator, depth + 1))
            } else {
                result[key] = value
            }
        }
        return result
    }

    private static func divide(_ left: JSON, _ right: JSON, _ evaluator: Evaluator) throws(Signal) -> JSON {
        if case .string(let text) = left, case .string(let separator) = right {
            return try Texts.split(text, separator, evaluator)
        }
        guard let a = left.double, let b = right.double else { throw refused(left, right, "cannot be divided") }
        if b == 0 { throw refused(left, right, "cannot be divided because the divisor is zero") }
        if case .integer(let x) = left, case .integer(let y) = right, y != 0, y != -1, x % y == 0 {
            return .integer(x / y)
        }
        return number(a / b)
    }

    private static func remainder(_ left: JSON, _ right: JSON) throws(Signal) -> JSON {
        guard let a = left.double, let b = right.double else { throw refused(left, right, "cannot be divided") }
        if a.isNaN || b.isNaN { return .number(.nan) }
        func whole(_ value: JSON, _ number: Double) -> Int64 {
            if case .integer(let exact) = value { return exact }
            return number >= 9.2e18 ? .max : number <= -9.2e18 ? .min : Int64(number)
        }
        let (x, y) = (whole(left, a), whole(right, b))
        if y == 0 { throw refused(left, right, "cannot be divided (remainder) because the divisor is zero") }
        let result = x.magnitude % y.magnitude
        return number(x < 0 ? -Double(result) : Double(result))
    }
}
