/// A value that must not be shown: its description, also inside other values' descriptions, is a mask.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    /// Keeps `value`.
    public init(_ value: String) { self.value = value }

    /// The value, for the call that needs it.
    public func reveal() -> String { value }

    /// A mask.
    public var description: String { "***" }
    /// A mask.
    public var debugDescription: String { "***" }
    /// Shows no children to `dump` and the like.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
