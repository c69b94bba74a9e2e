public import Core

/// One thing that is wrong with a definition, or doubtful in it, and where.
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

    /// How bad it is.
    public enum Severity: String, Sendable, Hashable, CaseIterable {
        /// The definition is refused.
        case error
        /// The definition runs, but perhaps not as its author thinks.
        case warning
    }

    /// What sort of fault it is.
    public var kind: Kind
    /// How bad it is.
    public var severity: Severity
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
    /// How to put it right, where more can be said than what was expected.
    public var hint: String?

    /// A fault at `pointer`; pass the position in the text where one is known.
    public init(
        _ kind: Kind, severity: Severity = .error, at pointer: JSONPointer, line: Int? = nil, column: Int? = nil,
        found: String, expected: String, hint: String? = nil
    ) {
        (self.kind, self.severity, self.pointer, self.line, self.column) = (kind, severity, pointer, line, column)
        (self.found, self.expected, self.hint) = (found, expected, hint)
    }

    /// `/do/0/a (line 3, column 5): found x, expected y; hint`, and `warning: ` before it if it is only one.
    public var description: String {
        let place = line.map { " (line \($0), column \(column ?? 1))" } ?? ""
        let prefix = severity == .warning ? "warning: " : ""
        let path = pointer.tokens.isEmpty ? "/" : pointer.description
        return "\(prefix)\(path)\(place): found \(found), expected \(expected)\(hint.map { "; \($0)" } ?? "")"
    }

    /// The members, for APIs.
    public var json: JSON {
        var object = JSONObject()
        object["kind"] = .string(kind.rawValue)
        object["severity"] = .string(severity.rawValue)
        object["pointer"] = .string(pointer.description)
        object["line"] = line.map { .integer(Int64($0)) }
        object["column"] = column.map { .integer(Int64($0)) }
        object["found"] = .string(found)
        object["expected"] = .string(expected)
        object["hint"] = hint.map { .string($0) }
        return .object(object)
    }
}
