/// Why bytes are not a message. Holds a place and never the bytes.
public struct ProtoError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public enum Code: String, Sendable, Hashable {
        /// The bytes end inside a value, or a length points past the end.
        case truncated
        /// A number takes more than ten bytes or does not fit 64 bits.
        case overlongNumber
        /// A field has the number 0, or one beyond 2^29 - 1.
        case invalidFieldNumber
        /// A field has a wire type that does not exist, or a group ends that did not begin.
        case invalidWireType
        /// A string is not UTF-8.
        case invalidText
        /// Messages are nested deeper than the limit.
        case tooDeep
        /// There are more bytes than the limit.
        case tooLong
    }

    /// What is wrong.
    public let code: Code
    /// The byte at which it was seen.
    public let offset: Int

    /// An error of `code` seen at byte `offset`.
    public init(_ code: Code, at offset: Int) { (self.code, self.offset) = (code, offset) }

    /// `truncated at byte 17`
    public var description: String { "\(code.rawValue) at byte \(offset)" }
}
