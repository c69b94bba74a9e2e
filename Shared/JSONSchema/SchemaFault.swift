public import Core

/// One thing that is wrong with a schema, or not supported.
public struct SchemaFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The place in the document; that of the reference, if the fault is in another document.
    public var pointer: JSONPointer
    /// What stands there.
    public var found: String
    /// What should stand there.
    public var expected: String
    /// Whether it is right by the standard, but lacking here.
    public var isUnsupported: Bool

    /// A fault.
    public init(at pointer: JSONPointer, found: String, expected: String, isUnsupported: Bool = false) {
        (self.pointer, self.found, self.expected) = (pointer, found, expected)
        self.isUnsupported = isUnsupported
    }

    /// `/type: found x, expected y`
    public var description: String {
        "\(pointer.tokens.isEmpty ? "/" : pointer.description): found \(found), expected \(expected)"
    }
}
