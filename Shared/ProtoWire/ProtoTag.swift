/// What stands before every value: the field's number and how the value is laid out.
public struct ProtoTag: Sendable, Hashable {
    /// How a value is laid out.
    public enum Wire: UInt8, Sendable, Hashable {
        /// A number of one to ten bytes.
        case varint = 0
        /// Eight bytes, little-endian.
        case fixed64 = 1
        /// A length and so many bytes.
        case delimited = 2
        /// The start of a group; only ever skipped.
        case groupStart = 3
        /// The end of a group.
        case groupEnd = 4
        /// Four bytes, little-endian.
        case fixed32 = 5
    }

    /// The field's number, 1 … 2^29 - 1.
    public var number: Int
    /// The value's layout.
    public var wire: Wire

    /// A tag of its parts.
    @inlinable
    public init(_ number: Int, _ wire: Wire) { (self.number, self.wire) = (number, wire) }
}
