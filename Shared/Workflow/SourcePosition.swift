/// A place in a text.
public struct SourcePosition: Sendable, Hashable {
    /// From 1.
    public var line: Int
    /// From 1, in characters.
    public var column: Int

    /// Line and column, both from 1.
    public init(line: Int, column: Int) { (self.line, self.column) = (line, column) }
}
