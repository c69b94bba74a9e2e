/// Reads one request. A read past the end, or of a count that cannot be, sets `isBroken` and yields zeros ever after,
/// so that a message is read straight through and judged once at its end.
struct WireReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var position = 0
    private(set) var isBroken = false
    /// Whether this version of the message uses compact lengths and tagged fields.
    var isFlexible = false

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var remaining: Int { bytes.count - position }

    private mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard !isBroken, count >= 0, count <= remaining else {
            isBroken = true
            return nil
        }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    private mutating func integer<T: FixedWidthInteger>(_: T.Type) -> T {
        let size = MemoryLayout<T>.size
        guard !isBroken, size <= remaining else {
            isBroken = true
            return 0
        }
        defer { position += size }
        return T(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: T.self))
    }

    mutating func int8() -> Int8 { integer(Int8.self) }
    mutating func int16() -> Int16 { integer(Int16.self) }
    mutating func int32() -> Int32 { integer(Int32.self) }
    mutating func int64() -> Int64 { integer(Int64.self) }
    mutating func bool() -> Bool { int8() != 0 }

    mutating func unsignedVarint() -> UInt32 {
        var value: UInt32 = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            let byte = integer(UInt8.self)
            value |= UInt32(truncatingIfNeeded: UInt64(byte & 0x7F) << UInt64(shift))
            if byte & 0x80 == 0 { return value }
        }
        isBroken = true
        return 0
    }

    /// A length; nil for null.
    private mutating func length(wide: Bool) -> Int? {
        if isFlexible {
            let value = unsignedVarint()
            return value == 0 ? nil : Int(value) - 1
        }
        let value = wide ? Int(int32()) : Int(int16())
        return value < 0 ? nil : value
    }

    mutating func nullableString() -> String? {
        guard let count = length(wide: false), let raw = take(count) else { return nil }
        return String(decoding: raw, as: UTF8.self)
    }

    mutating func string() -> String { nullableString() ?? "" }

    /// The bytes of a field, valid as long as the request's buffer; nil for null.
    mutating func nullableSlice() -> UnsafeRawBufferPointer? {
        guard let count = length(wide: true) else { return nil }
        return take(count)
    }

    mutating func byteField() -> [UInt8] { nullableSlice().map { [UInt8]($0) } ?? [] }

    /// Where the slice last read begins, counted from the start of the request.
    func offset(of slice: UnsafeRawBufferPointer) -> Int { position - slice.count }

    /// Elements that follow; nil for a null array.
    mutating func nullableCount() -> Int? {
        guard let count = length(wide: true) else { return nil }
        guard count <= remaining else {
            isBroken = true
            return 0
        }
        return count
    }

    mutating func nullableArray<T>(_ element: (inout WireReader) -> T) -> [T]? {
        guard let count = nullableCount() else { return nil }
        var all: [T] = []
        while all.count < count, !isBroken { all.append(element(&self)) }
        return all
    }

    mutating func array<T>(_ element: (inout WireReader) -> T) -> [T] { nullableArray(element) ?? [] }

    mutating func uuid() -> TopicID { TopicID(high: integer(UInt64.self), low: integer(UInt64.self)) }

    /// Skips the tagged fields of a flexible version.
    mutating func tags() {
        guard isFlexible else { return }
        var count = unsignedVarint()
        while count > 0, !isBroken {
            count -= 1
            _ = unsignedVarint()
            _ = take(Int(unsignedVarint()))
        }
    }
}
