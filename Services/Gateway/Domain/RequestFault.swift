public import Core

/// One thing that is wrong with a request's body: where, what was found, what was expected.
public struct RequestFault: Sendable, Hashable {
    /// The place in the body.
    public let pointer: JSONPointer
    /// What stands there; a kind or a length, not the value itself.
    public let found: String
    /// What should stand there.
    public let expected: String

    /// A fault.
    public init(at pointer: JSONPointer, found: String, expected: String) {
        (self.pointer, self.found, self.expected) = (pointer, found, expected)
    }

    /// The members, for the problem's `errors`.
    public var json: JSON {
        [
            "pointer": .string(pointer.description), "found": .string(found), "expected": .string(expected),
        ]
    }

    /// `/input: found number, expected object`
    public var description: String {
        "\(pointer.tokens.isEmpty ? "the body" : pointer.description): found \(found), expected \(expected)"
    }
}
