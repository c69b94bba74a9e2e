/// Reads values off a message's bytes. Every method returns or throws, whatever the bytes are.
public struct ProtoReader {
    @usableFromInline let bytes: [UInt8]
    @usableFromInline var position = 0
    /// Where the present message ends.
    @usableFromInline var end: Int
    /// How many more levels may be entered.
    @usableFromInline var levels: Int

    /// A reader at the first byte. Throws `tooLong` beyond the limit.
    public init(_ bytes: [UInt8], limits: ProtoLimits = ProtoLimits()) throws(ProtoError) {
        guard bytes.count <= limits.length else { throw ProtoError(.tooLong, at: limits.length) }
        self.bytes = bytes
        end = bytes.count
        levels = limits.depth
    }

    /// Whether the present message has ended.
    public var isAtEnd: Bool { position >= end }

    /// The next tag of the present message; nil at its end.
    @inlinable
    public mutating func next() throws(ProtoError) -> ProtoTag? {
        guard position < end else { return nil }
        let start = position
        let value = try varint()
        guard let wire = ProtoTag.Wire(rawValue: UInt8(truncatingIfNeeded: value & 7)) else {
            throw ProtoError(.invalidWireType, at: start)
        }
        let number = value >> 3
        guard number > 0, number < 1 << 29 else { throw ProtoError(.invalidFieldNumber, at: start) }
        return ProtoTag(Int(number), wire)
    }

    /// A number of one to ten bytes.
    @inlinable
    public mutating func varint() throws(ProtoError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end {
            let byte = bytes[position]
            position += 1
            guard shift < 63 || byte <= 1 else { throw ProtoError(.overlongNumber, at: position - 1) }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw ProtoError(.truncated, at: position)
    }

    /// Four bytes, little-endian.
    @inlinable
    public mutating func fixed32() throws(ProtoError) -> UInt32 {
        let start = try advance(4)
        return UInt32(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: UInt32.self) })
    }

    /// Eight bytes, little-endian.
    @inlinable
    public mutating func fixed64() throws(ProtoError) -> UInt64 {
        let start = try advance(8)
        return UInt64(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: UInt64.self) })
    }

    /// A length and so many bytes.
    @inlinable
    public mutating func delimited() throws(ProtoError) -> Range<Int> {
        let start = position
        let length = try varint()
        guard length <= UInt64(end - position) else { throw ProtoError(.truncated, at: start) }
        defer { position += Int(length) }
        return position..<position + Int(length)
    }

    /// A length and so many bytes.
    @inlinable
    public mutating func data() throws(ProtoError) -> [UInt8] { Array(bytes[try delimited()]) }

    /// A length and so many bytes of UTF-8. Throws `invalidText` on others.
    public mutating func text() throws(ProtoError) -> String {
        let range = try delimited()
        do {
            return String(copying: try UTF8Span(validating: bytes.span.extracting(range)))
        } catch {
            throw ProtoError(.invalidText, at: range.lowerBound)
        }
    }

    /// An embedded message, merged into `message`.
    @inlinable
    public mutating func message(into message: inout some ProtoMessage) throws(ProtoError) {
        let range = try enter()
        let outer = end
        (position, end) = (range.lowerBound, range.upperBound)
        while let tag = try next() { try message.merge(tag, from: &self) }
        leave(to: outer)
    }

    /// Passes over the value that follows `tag`.
    public mutating func skip(_ tag: ProtoTag) throws(ProtoError) {
        switch tag.wire {
        case .varint: _ = try varint()
        case .fixed64: _ = try advance(8)
        case .fixed32: _ = try advance(4)
        case .delimited: _ = try delimited()
        case .groupStart: try skipGroup(tag.number)
        case .groupEnd: throw ProtoError(.invalidWireType, at: position)
        }
    }

    private mutating func skipGroup(_ number: Int) throws(ProtoError) {
        guard levels > 0 else { throw ProtoError(.tooDeep, at: position) }
        levels -= 1
        while let tag = try next() {
            if tag.wire == .groupEnd {
                guard tag.number == number else { throw ProtoError(.invalidWireType, at: position) }
                levels += 1
                return
            }
            try skip(tag)
        }
        throw ProtoError(.truncated, at: position)
    }

    @usableFromInline
    mutating func enter() throws(ProtoError) -> Range<Int> {
        guard levels > 0 else { throw ProtoError(.tooDeep, at: position) }
        levels -= 1
        return try delimited()
    }

    @usableFromInline
    mutating func leave(to outer: Int) {
        (position, end) = (end, outer)
        levels += 1
    }

    @usableFromInline
    mutating func advance(_ count: Int) throws(ProtoError) -> Int {
        guard end - position >= count else { throw ProtoError(.truncated, at: position) }
        defer { position += count }
        return position
    }
}
