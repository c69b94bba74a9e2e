/// Why an expression does not compile.
public struct ExpressionSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence.
    public var message: String
    /// Where in the source, in bytes from its beginning.
    public var offset: Int

    /// What is wrong and where.
    public init(_ message: String, at offset: Int) { (self.message, self.offset) = (message, offset) }

    /// `message at byte n`
    public var description: String { "\(message) (at byte \(offset))" }
}
