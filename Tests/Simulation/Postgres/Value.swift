/// A value as the simulation holds it. What it means beyond this its type tells.
enum Value: Sendable {
    case null
    case bool(Bool)
    /// Of any width, and transaction ids.
    case int(Int64)
    /// `double precision`, and `numeric` as near as that comes.
    case float(Double)
    case text(String)
    case bytes([UInt8])
    /// Microseconds since 1970.
    case time(Int64)
    /// Microseconds; there are no months here.
    case interval(Int64)
    /// Text in the order of members that the server gives.
    case json(String)
    indirect case array([Value])
    indirect case row([Value])

    var isNull: Bool { if case .null = self { true } else { false } }
    /// Whether a condition holds: NULL does not.
    var isTrue: Bool { if case .bool(true) = self { true } else { false } }

    /// Truth, or nil for NULL.
    var truth: Bool? { if case .bool(let value) = self { value } else { nil } }

    init(_ truth: Bool?) { self = truth.map(Value.bool) ?? .null }

    var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .float(let value): value
        default: nil
        }
    }
}

extension Value: Hashable {
    /// Byte for byte, as an index sees it: NULL equals NULL, and text is not normalised.
    static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)), (.time(let a), .time(let b)), (.interval(let a), .interval(let b)): a == b
        case (.float(let a), .float(let b)): a == b
        case (.text(let a), .text(let b)), (.json(let a), .json(let b)): a.utf8.elementsEqual(b.utf8)
        case (.bytes(let a), .bytes(let b)): a == b
        case (.array(let a), .array(let b)), (.row(let a), .row(let b)): a == b
        default: false
        }
    }

    func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .int(let value), .time(let value), .interval(let value): hasher.combine(value)
        case .float(let value): hasher.combine(value)
        case .text(let value), .json(let value): hasher.combine(value)
        case .bytes(let value): hasher.combine(value)
        case .array(let value), .row(let value): hasher.combine(value)
        }
    }
}

extension Value {
    /// Below, equal or above 0; neither is NULL and both are of one type. Text by its bytes, as in the locale C.
    static func compare(_ left: Value, _ right: Value) -> Int {
        switch (left, right) {
        case (.int(let a), .int(let b)), (.time(let a), .time(let b)), (.interval(let a), .interval(let b)):
            order(a, b)
        case (.bool(let a), .bool(let b)): order(a ? 1 : 0, b ? 1 : 0)
        case (.text(let a), .text(let b)), (.json(let a), .json(let b)): order(a.utf8, b.utf8)
        case (.bytes(let a), .bytes(let b)): order(a, b)
        case (.array(let a), .array(let b)), (.row(let a), .row(let b)):
            zip(a, b).lazy.map { sorting($0, $1) }.first { $0 != 0 } ?? order(a.count, b.count)
        default:
            if let a = left.double, let b = right.double { order(a, b) } else { order(left.rank, right.rank) }
        }
    }

    /// As `ORDER BY` has it: NULL last.
    static func sorting(_ left: Value, _ right: Value) -> Int {
        switch (left.isNull, right.isNull) {
        case (true, true): 0
        case (true, false): 1
        case (false, true): -1
        case (false, false): compare(left, right)
        }
    }

    /// Equality with NULL as unknown; rows member by member.
    static func equal(_ left: Value, _ right: Value) -> Bool? {
        if case (.row(let a), .row(let b)) = (left, right) {
            var result: Bool? = true
            for (a, b) in zip(a, b) {
                guard let same = equal(a, b) else {
                    result = nil
                    continue
                }
                if !same { return false }
            }
            return result
        }
        if left.isNull || right.isNull { return nil }
        return compare(left, right) == 0
    }

    /// Order with NULL as unknown; rows by the first members that differ.
    static func ordered(_ left: Value, _ right: Value) -> Int? {
        if case (.row(let a), .row(let b)) = (left, right) {
            for (a, b) in zip(a, b) {
                guard let order = ordered(a, b) else { return nil }
                if order != 0 { return order }
            }
            return 0
        }
        if left.isNull || right.isNull { return nil }
        return compare(left, right)
    }

    private static func order<Key: Comparable>(_ left: Key, _ right: Key) -> Int {
        left < right ? -1 : (left == right ? 0 : 1)
    }

    private static func order<Bytes: Sequence<UInt8>>(_ left: Bytes, _ right: Bytes) -> Int {
        if left.elementsEqual(right) { return 0 }
        return left.lexicographicallyPrecedes(right) ? -1 : 1
    }

    private var rank: Int {
        switch self {
        case .null: 0
        case .bool: 1
        case .int: 2
        case .float: 3
        case .text: 4
        case .bytes: 5
        case .time: 6
        case .interval: 7
        case .json: 8
        case .array: 9
        case .row: 10
        }
    }
}
