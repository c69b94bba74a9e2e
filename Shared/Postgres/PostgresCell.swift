import Core

/// A value that is not NULL, in the server's binary form. Keeps the result alive that its bytes lie in.
struct PostgresCell {
    let type: UInt32
    let bytes: UnsafeRawBufferPointer
    let column: String
    let owner: PostgresResult

    private func mismatch(_ wanted: String) -> PostgresError {
        PostgresError(.decoding, "column \(column) of type \(type) is not \(wanted); cast it in the statement")
    }

    private func number<Number: FixedWidthInteger>(_: Number.Type) throws(PostgresError) -> Number {
        guard bytes.count == MemoryLayout<Number>.size else { throw mismatch("\(Number.self)") }
        return Number(bigEndian: bytes.loadUnaligned(as: Number.self))
    }

    func integer() throws(PostgresError) -> Int64 {
        switch type {
        case PostgresType.int8: return try number(Int64.self)
        case PostgresType.int4: return Int64(try number(Int32.self))
        case PostgresType.int2: return Int64(try number(Int16.self))
        case PostgresType.oid: return Int64(try number(UInt32.self))
        case PostgresType.numeric:
            guard let value = Int64(try numeric()) else { throw mismatch("a whole number of 64 bits") }
            return value
        default: throw mismatch("a whole number")
        }
    }

    func integer32() throws(PostgresError) -> Int32 {
        guard let value = Int32(exactly: try integer()) else { throw mismatch("a number of 32 bits") }
        return value
    }

    func double() throws(PostgresError) -> Double {
        switch type {
        case PostgresType.float8: return Double(bitPattern: try number(UInt64.self))
        case PostgresType.float4: return Double(Float(bitPattern: try number(UInt32.self)))
        case PostgresType.numeric: return Double(try numeric()) ?? .nan
        default: return Double(try integer())
        }
    }

    func bool() throws(PostgresError) -> Bool {
        guard type == PostgresType.bool, bytes.count == 1 else { throw mismatch("boolean") }
        return bytes[0] != 0
    }

    func string() throws(PostgresError) -> String {
        switch type {
        case PostgresType.jsonb: return String(decoding: bytes.dropFirst(), as: UTF8.self)
        case PostgresType.uuid: return uuid()
        case PostgresType.int2, PostgresType.int4, PostgresType.int8: return String(try integer())
        case PostgresType.numeric: return try numeric()
        case PostgresType.bytea, PostgresType.timestamptz, PostgresType.timestamp, PostgresType.float4,
            PostgresType.float8, PostgresType.bool, PostgresType.date:
            throw mismatch("text")
        default: return String(decoding: bytes, as: UTF8.self)
        }
    }

    func byteString() throws(PostgresError) -> [UInt8] {
        type == PostgresType.jsonb ? Array(bytes.dropFirst()) : Array(bytes)
    }

    func instant() throws(PostgresError) -> Instant {
        switch type {
        case PostgresType.timestamptz, PostgresType.timestamp:
            let value = try number(Int64.self)
            guard value != .max, value != .min else { throw mismatch("a finite time") }
            return Instant(microseconds: value + PostgresType.epoch)
        case PostgresType.date:
            return Instant(microseconds: Int64(try number(Int32.self)) * 86_400_000_000 + PostgresType.epoch)
        default: throw mismatch("timestamptz")
        }
    }

    func json() throws(PostgresError) -> JSON {
        guard type == PostgresType.jsonb || type == PostgresType.json else { throw mismatch("jsonb") }
        do { return try JSON(parsing: byteString()) } catch { throw mismatch("JSON that can be held: \(error)") }
    }

    /// The elements of an array of one dimension; a NULL among them throws.
    func elements<Value>(
        _ read: (PostgresCell) throws(PostgresError) -> Value
    ) throws(PostgresError) -> [Value] {
        func word(_ at: Int) throws(PostgresError) -> Int {
            guard at + 4 <= bytes.count else { throw mismatch("an array") }
            return Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: at, as: Int32.self)))
        }
        let dimensions = try word(0)
        if dimensions == 0 { return [] }
        guard dimensions == 1 else { throw mismatch("an array of one dimension") }
        let element = UInt32(try word(8))
        let count = try word(12)
        var at = 20
        var out: [Value] = []
        out.reserveCapacity(count)
        for _ in 0..<count {
            let length = try word(at)
            at += 4
            guard length >= 0, at + length <= bytes.count else { throw mismatch("an array without NULL") }
            let part = UnsafeRawBufferPointer(rebasing: bytes[at..<at + length])
            out.append(try read(PostgresCell(type: element, bytes: part, column: column, owner: owner)))
            at += length
        }
        return out
    }

    private func uuid() -> String {
        let digits = Array("0123456789abcdef".utf8)
        var out: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { out.append(UInt8(ascii: "-")) }
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The decimal text of a `numeric`: groups of four digits, weight of the first, sign, digits behind the point.
    private func numeric() throws(PostgresError) -> String {
        func half(_ at: Int) -> Int {
            Int(Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: at * 2, as: Int16.self)))
        }
        guard bytes.count >= 8, bytes.count == 8 + 2 * half(0) else { throw mismatch("numeric") }
        let (groups, weight, sign, scale) = (half(0), half(1), UInt16(truncatingIfNeeded: half(2)), half(3))
        guard sign == 0 || sign == 0x4000 else { return "nan" }
        func group(_ index: Int) -> String {
            let digits = String(index >= 0 && index < groups ? half(4 + index) : 0)
            return String(repeating: "0", count: 4 - digits.count) + digits
        }
        let whole = weight < 0 ? "0" : (0...weight).map(group).joined()
        var out = String(whole.drop { $0 == "0" })
        if out.isEmpty { out = "0" }
        if scale > 0 {
            let count = (scale + 3) / 4
            let fraction = (weight + 1..<weight + 1 + count).map(group).joined()
            out += "." + fraction.prefix(scale)
        }
        return (sign == 0x4000 ? "-" : "") + out
    }
}
