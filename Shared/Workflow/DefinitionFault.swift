public import Core

/// One thing that is wrong with a definition, and where.
public struct DefinitionFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// What sort of fault it is.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The text is neither YAML nor JSON.
        case syntax
        /// A value is missing, unknown, of the wrong type or contradicts another.
        case validation
        /// An expression does not compile.
        case expression
        /// It is right, but this runtime lacks it.
        case configuration
    }

    /// What sort of fault it is.
    public var kind: Kind
    /// The place in the document.
    public var pointer: JSONPointer
    /// The line in the text, from 1, if there was a text.
    public var line: Int?
    /// The column in the text, from 1, if there was a text.
    public var column: Int?
    /// What stands there.
    public var found: String
    /// What should stand there.
    public var expected: String

    /// A fault at `pointer`; pass the position in the text where one is known.
    public init(
        _ kind: Kind, at pointer: JSONPointer, line: Int? = nil, column: Int? = nil, found: String, expected: String
    ) {
        (self.kind, self.pointer, self.line, self.column) = (kind, pointer, line, column)
        (self.found, self.expected) = (found, expected)
    }

    /// `/do/0/a (line 3, column 5): found x, expected y`
    public var description: String {
        let place = line.map { " (line \($0), column \(column ?? 1))" } ?? ""
        return "\(pointer.tokens.isEmpty ? "/" : pointer.description)\(place): found \(found), expected \(expected)"
    }

    /// The members, for APIs.
    public var json: JSON {
        var object = JSONObject()
        object["kind"] = .string(kind.rawValue)
        object["pointer"] = .string(pointer.description)
        object["line"] = line.map { .integer(Int64($0)) }
        object["column"] = column.map { .integer(Int64($0)) }
        object["found"] = .string(found)
        object["expected"] = .string(expected)
        return .object(object)
    }
}
