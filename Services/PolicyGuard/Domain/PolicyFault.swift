public import Core

/// Something in a policy document that cannot be taken.
public struct PolicyFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where in the document.
    public var pointer: JSONPointer
    /// What stands there.
    public var found: String
    /// What would be taken.
    public var expected: String

    /// A fault with its place.
    public init(_ pointer: JSONPointer, found: String, expected: String) {
        (self.pointer, self.found, self.expected) = (pointer, found, expected)
    }

    /// `/rules/0/risk: found 120, expected a whole number from 0 to 100`
    public var description: String { "\(pointer): found \(found), expected \(expected)" }
}
