/// A JSON value. Whole numbers that fit 64 bits stay exact; all others are doubles.
public enum JSON: Sendable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A whole number within 64 bits.
    case integer(Int64)
    /// Any other finite number.
    case number(Double)
    /// A string of Unicode text.
    case string(String)
    /// An array.
    case array([JSON])
    /// An object; keys keep their order.
    case object(JSONObject)
}

extension JSON: Hashable {
    /// Numbers are equal by value, so 1 and 1.0 are; objects are equal in whatever order.
    public static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.integer(let a), .integer(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.integer(let a), .number(let b)), (.number(let b), .integer(let a)): Double(a) == b
        case (.string(let a), .string(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        default: false
        }
    }

    /// Feeds the value; equal numbers feed alike.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .integer(let value): hasher.combine(Double(value))
        case .number(let value): hasher.combine(value)
        case .string(let value): hasher.combine(value)
        case .array(let value): hasher.combine(value)
        case .object(let value): hasher.combine(value)
        }
    }
}

extension JSON {
    /// The text, if this is a string.
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    /// The truth value, if this is one.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The elements, if this is an array.
    public var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
    /// The members, if this is an object.
    public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
    /// Whether this is `null`.
    public var isNull: Bool { if case .null = self { true } else { false } }

    /// The number as a double, if this is one.
    public var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The number as a whole one, if it is whole and fits.
    public var int: Int? {
        switch self {
        case .integer(let value): Int(exactly: value)
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The member `key`; nil when this is no object or has none.
    public subscript(key: String) -> JSON? { object?[key] }

    /// The element at `position`; nil when this is no array or is shorter.
    public subscript(position: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(position) else { return nil }
        return elements[position]
    }

    /// The name of the kind as jq's `type` gives it: null, boolean, number, string, array or object.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .integer, .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string as written.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A whole number as written.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A number as written.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// A truth value as written.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// `nil` is `null`.
    public init(nilLiteral: ()) { self = .null }
    /// An array as written.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// An object as written.
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(elements)) }
}
