import Postgres

/// A type of the server, as far as the simulation knows it.
indirect enum ValueType: Hashable, Sendable {
    case bool, int2, int4, int8, float8, numeric, text, bytea, timestamptz, interval, jsonb, xid8
    /// Of a literal in quotes, until its surroundings say what it is.
    case unknown
    /// Of several values in brackets.
    case record
    case array(ValueType)

    /// The object id, for results.
    var oid: UInt32 {
        switch self {
        case .bool: PostgresType.bool
        case .int2: PostgresType.int2
        case .int4: PostgresType.int4
        case .int8: PostgresType.int8
        case .float8: PostgresType.float8
        case .numeric: PostgresType.numeric
        case .text, .unknown: PostgresType.text
        case .bytea: PostgresType.bytea
        case .timestamptz: PostgresType.timestamptz
        case .jsonb: PostgresType.jsonb
        case .interval: 1186
        case .xid8: 5069
        case .record: 2249
        case .array(let element): Self.arrays.first { $0.element == element }?.oid ?? 2277
        }
    }

    /// The type of a bind.
    init(oid: UInt32) throws {
        let scalars: [ValueType] = [
            .bool, .int2, .int4, .int8, .float8, .text, .bytea, .timestamptz, .jsonb,
        ]
        if let scalar = scalars.first(where: { $0.oid == oid }) {
            self = scalar
        } else if let array = Self.arrays.first(where: { $0.oid == oid }) {
            self = .array(array.element)
        } else {
            throw unsupported("a bind of type \(oid)")
        }
    }

    private static let arrays: [(element: ValueType, oid: UInt32)] = [
        (.bool, PostgresType.boolArray), (.int2, PostgresType.int2Array), (.int4, PostgresType.int4Array),
        (.int8, PostgresType.int8Array), (.float8, PostgresType.float8Array), (.text, PostgresType.textArray),
        (.bytea, PostgresType.byteaArray), (.timestamptz, PostgresType.timestamptzArray),
        (.jsonb, PostgresType.jsonbArray),
    ]

    var isInteger: Bool { self == .int2 || self == .int4 || self == .int8 }
    var isNumber: Bool { isInteger || self == .float8 || self == .numeric }

    /// Which of two kinds of numbers a calculation has.
    func wider(_ other: ValueType) -> ValueType {
        let ranks: [ValueType] = [.int2, .int4, .int8, .numeric, .float8]
        return ranks.last { $0 == self || $0 == other } ?? self
    }

    /// The name in a statement.
    static func named(_ name: String) -> ValueType? {
        switch name {
        case "bool", "boolean": .bool
        case "smallint", "int2": .int2
        case "integer", "int", "int4": .int4
        case "bigint", "int8": .int8
        case "double precision", "float8": .float8
        case "numeric": .numeric
        case "text", "varchar": .text
        case "bytea": .bytea
        case "timestamptz", "timestamp with time zone": .timestamptz
        case "interval": .interval
        case "jsonb": .jsonb
        case "xid8": .xid8
        default: nil
        }
    }
}

/// A statement that the simulation does not know: it must learn it, or the statement is wrong.
func unsupported(_ what: String) -> PostgresError { failure("0A000", "the simulation does not know \(what)") }

/// An error as the server gives it.
func failure(_ state: String, _ message: String, constraint: String? = nil) -> PostgresError {
    PostgresError(
        PostgresError.Code(sqlState: state, function: nil), message, sqlState: state, constraint: constraint)
}
