/// Collects a message's bytes.
public struct ProtoWriter {
    /// What has been written.
    public private(set) var bytes: [UInt8] = []

    /// Nothing written yet.
    public init() {}

    /// A tag.
    @inlinable
    public mutating func tag(_ number: Int, _ wire: ProtoTag.Wire) {
        varint(UInt64(number) << 3 | UInt64(wire.rawValue))
    }

    /// A number of one to ten bytes.
    public mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Four bytes, little-endian.
    public mutating func fixed32(_ value: UInt32) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Eight bytes, little-endian.
    public mutating func fixed64(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// A length and the bytes.
    public mutating func data(_ value: [UInt8]) {
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// A length and the text in UTF-8.
    public mutating func text(_ value: String) {
        let units = value.utf8
        varint(UInt64(units.count))
        bytes.append(contentsOf: units)
    }

    /// A length and what `body` writes.
    public mutating func delimited(_ body: (inout ProtoWriter) -> Void) {
        let start = bytes.count
        bytes.append(0)
        body(&self)
        let length = bytes.count - start - 1
        // One byte was kept for the length; most lengths need no more.
        if length < 0x80 {
            bytes[start] = UInt8(length)
        } else {
            var prefix = ProtoWriter()
            prefix.varint(UInt64(length))
            bytes.replaceSubrange(start...start, with: prefix.bytes)
        }
    }
}
