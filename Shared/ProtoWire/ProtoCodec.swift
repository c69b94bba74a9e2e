/// How values of one type of field are read and written. Conformers stand in `ProtoType`.
public protocol ProtoCodec {
    /// The Swift type of the field.
    associatedtype Value: Sendable, Hashable
    /// How one value is laid out.
    static var wire: ProtoTag.Wire { get }
    /// The default, which is not written.
    static var zero: Value { get }
    /// Whether `value` is the default, bit for bit.
    static func isZero(_ value: Value) -> Bool
    /// Reads one value, without its tag.
    static func read(from reader: inout ProtoReader) throws(ProtoError) -> Value
    /// Writes one value, without its tag.
    static func write(_ value: Value, to writer: inout ProtoWriter)
}

extension ProtoCodec {
    /// Equality with `zero`.
    @inlinable
    public static func isZero(_ value: Value) -> Bool { value == zero }
}

/// A codec whose values order map entries, so that equal maps give equal bytes.
public protocol ProtoKeyCodec: ProtoCodec {
    /// Whether `left` is written before `right`.
    static func precedes(_ left: Value, _ right: Value) -> Bool
}

extension ProtoKeyCodec where Value: Comparable {
    /// The order of the values.
    @inlinable
    public static func precedes(_ left: Value, _ right: Value) -> Bool { left < right }
}
