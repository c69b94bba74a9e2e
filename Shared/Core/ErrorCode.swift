/// The number of an error that an operator can meet: two capital letters for the part, four digits. Each has a page
/// `docs/errors/<code>.md`.
public struct ErrorCode: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The code as written, such as `GW0004`.
    public let rawValue: String

    /// A code as it came from outside; its form is not checked.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A code as written in the source.
    public init(stringLiteral value: String) { rawValue = value }

    /// The code as written.
    public var description: String { rawValue }
}
