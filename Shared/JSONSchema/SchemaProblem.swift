public import Core

/// One way in which a value does not fit a schema. Never shows the value.
public struct SchemaProblem: Sendable, Hashable, CustomStringConvertible {
    /// The place in the value.
    public var instance: JSONPointer
    /// The place of the keyword: a pointer into the schema's document, after the document's URI and `#` if it is not
    /// the one that was compiled.
    public var keyword: String
    /// What is wrong.
    public var message: String

    /// A problem.
    public init(at instance: JSONPointer, keyword: String, message: String) {
        (self.instance, self.keyword, self.message) = (instance, keyword, message)
    }

    /// `/a/1: number instead of string`
    public var description: String {
        "\(instance.tokens.isEmpty ? "/" : instance.description): \(message)"
    }
}
