/// A statement whose values are binds: `"SELECT name FROM person WHERE id = \(id)"` sends `$1` and the value apart.
/// Strings are `text`, `Int` is `bigint`: cast where the column is another type (`\(id)::uuid`).
public struct SQL: Sendable, ExpressibleByStringInterpolation {
    private var pieces: [String]
    package private(set) var binds: [PostgresBind]

    /// A statement as written, without values.
    public init(stringLiteral value: String) { (pieces, binds) = ([value], []) }

    /// A statement with its values.
    public init(stringInterpolation: StringInterpolation) {
        (pieces, binds) = (stringInterpolation.pieces, stringInterpolation.binds)
    }

    /// A statement from text of our own making, such as a migration. Never from outside.
    public init(unsafe text: String) { (pieces, binds) = ([text], []) }

    /// The text with its placeholders; shows no value.
    public var text: String {
        var out = pieces[0]
        for (index, piece) in pieces.dropFirst().enumerated() { out += "$\(index + 1)" + piece }
        return out
    }

    /// Gives each bind another value.
    package mutating func rebind(_ other: (Int, PostgresBind) -> PostgresBind) {
        for position in binds.indices { binds[position] = other(position, binds[position]) }
    }

    /// The statement with `other` behind it.
    public static func + (statement: SQL, other: SQL) -> SQL { "\(statement)\(other)" }

    /// Gathers the text between the values, and the values.
    public struct StringInterpolation: StringInterpolationProtocol {
        var pieces = [""]
        var binds: [PostgresBind] = []

        /// An empty statement.
        public init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(interpolationCount + 1)
            binds.reserveCapacity(interpolationCount)
        }

        /// Text of the statement itself.
        public mutating func appendLiteral(_ literal: String) { pieces[pieces.count - 1] += literal }

        private mutating func append(_ bind: PostgresBind) {
            binds.append(bind)
            pieces.append("")
        }

        /// A value.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
            append(PostgresBind(value))
        }

        /// A value or NULL.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            append(PostgresBind(value))
        }

        /// The raw value of an enumeration.
        public mutating func appendInterpolation<Value: RawRepresentable>(_ value: Value)
        where Value.RawValue: PostgresEncodable { append(PostgresBind(value.rawValue)) }

        /// The raw value of an enumeration, or NULL.
        public mutating func appendInterpolation<Value: RawRepresentable>(_ value: Value?)
        where Value.RawValue: PostgresEncodable { append(PostgresBind(value?.rawValue)) }

        /// `bytea`
        public mutating func appendInterpolation(_ value: [UInt8]) {
            append(PostgresBind(type: PostgresType.bytea, bytes: value))
        }

        /// `bytea` or NULL
        public mutating func appendInterpolation(_ value: [UInt8]?) {
            append(PostgresBind(type: PostgresType.bytea, bytes: value))
        }

        /// An array, for `unnest` and `ANY`.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ values: [Value]) {
            append(PostgresBind(array: values))
        }

        /// An array with NULLs.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ values: [Value?]) {
            append(PostgresBind(array: values))
        }

        /// `bytea[]`
        public mutating func appendInterpolation(_ values: [[UInt8]]) { append(PostgresBind(byteStrings: values)) }

        /// `bytea[]` with NULLs
        public mutating func appendInterpolation(_ values: [[UInt8]?]) { append(PostgresBind(byteStrings: values)) }

        /// `jsonb` from JSON text that is already at hand.
        public mutating func appendInterpolation(json text: [UInt8]?) {
            append(PostgresBind(type: PostgresType.jsonb, bytes: text.map { [1] + $0 }))
        }

        /// Another statement in this place, with its values.
        public mutating func appendInterpolation(_ other: SQL) {
            appendLiteral(other.pieces[0])
            for (bind, piece) in zip(other.binds, other.pieces.dropFirst()) {
                append(bind)
                appendLiteral(piece)
            }
        }

        /// A name, quoted.
        public mutating func appendInterpolation(identifier name: String) { appendLiteral(SQL.quoted(name)) }

        /// Raw text. Only of our own making; never what came from outside.
        public mutating func appendInterpolation(unsafe text: String) { appendLiteral(text) }
    }

    static func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
