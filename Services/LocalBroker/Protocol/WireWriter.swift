import LocalBrokerDomain

/// Writes one response.
struct WireWriter {
    private(set) var bytes: [UInt8] = []
    /// Whether this version of the message uses compact lengths and tagged fields.
    var isFlexible = false

    var count: Int { bytes.count }

    private mutating func integer<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func int8(_ value: Int8) { bytes.append(UInt8(bitPattern: value)) }
    mutating func int16(_ value: Int16) { integer(value) }
    mutating func int32(_ value: Int32) { integer(value) }
    mutating func int64(_ value: Int64) { integer(value) }
    mutating func bool(_ value: Bool) { bytes.append(value ? 1 : 0) }
    mutating func uuid(_ value: TopicID) {
        integer(value.high)
        integer(value.low)
    }

    mutating func unsignedVarint(_ value: Int) {
        var rest = UInt64(value)
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func nullableString(_ value: String?) {
        guard let value else { return isFlexible ? unsignedVarint(0) : int16(-1) }
        let text = value.utf8
        if isFlexible { unsignedVarint(text.count + 1) } else { int16(Int16(clamping: text.count)) }
        bytes.append(contentsOf: isFlexible ? text.prefix(Int.max) : text.prefix(Int(Int16.max)))
    }

    mutating func string(_ value: String) { nullableString(value) }

    /// The length that goes before a field of bytes or an array.
    mutating func length(_ count: Int) {
        if isFlexible { unsignedVarint(count + 1) } else { int32(Int32(count)) }
    }

    mutating func nullLength() { if isFlexible { unsignedVarint(0) } else { int32(-1) } }

    mutating func byteField(_ value: [UInt8]) {
        length(value.count)
        bytes.append(contentsOf: value)
    }

    mutating func array<T>(_ values: [T], _ element: (inout WireWriter, T) -> Void) {
        length(values.count)
        for value in values { element(&self, value) }
    }

    /// No tagged fields.
    mutating func tags() { if isFlexible { bytes.append(0) } }

    mutating func fault(_ value: BrokerFault) { int16(value.rawValue) }

    /// Writes a length that was not known before.
    mutating func patch(_ value: Int32, at position: Int) {
        withUnsafeBytes(of: value.bigEndian) { raw in
            for (index, byte) in raw.enumerated() { bytes[position + index] = byte }
        }
    }
}
