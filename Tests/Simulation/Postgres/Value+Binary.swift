import Postgres

extension Value {
    /// The value of a bind.
    init(_ bind: PostgresBind, type: ValueType) throws {
        guard let bytes = bind.bytes else {
            self = .null
            return
        }
        self = try bytes.withUnsafeBytes { try Value(binary: $0, type: type) }
    }

    private init(binary bytes: UnsafeRawBufferPointer, type: ValueType) throws {
        func number<Number: FixedWidthInteger>(_: Number.Type) -> Number {
            Number(bigEndian: bytes.loadUnaligned(as: Number.self))
        }
        switch type {
        case .bool: self = .bool(bytes[0] != 0)
        case .int2: self = .int(Int64(number(Int16.self)))
        case .int4: self = .int(Int64(number(Int32.self)))
        case .int8: self = .int(number(Int64.self))
        case .float8: self = .float(Double(bitPattern: number(UInt64.self)))
        case .timestamptz: self = .time(number(Int64.self) + PostgresType.epoch)
        case .bytea: self = .bytes(Array(bytes))
        case .text:
            if bytes.contains(0) { throw failure("22021", "invalid byte sequence for encoding \"UTF8\": 0x00") }
            self = .text(String(decoding: bytes, as: UTF8.self))
        case .jsonb: self = .json(try canonicalJSON(Array(bytes.dropFirst())))
        case .array(let element): self = .array(try Self.elements(bytes, element))
        default: throw unsupported("a bind of type \(type)")
        }
    }

    private static func elements(_ bytes: UnsafeRawBufferPointer, _ type: ValueType) throws -> [Value] {
        func word(_ at: Int) -> Int { Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: at, as: Int32.self))) }
        if word(0) == 0 { return [] }
        var out: [Value] = []
        var at = 20
        for _ in 0..<word(12) {
            let length = word(at)
            at += 4
            if length < 0 {
                out.append(.null)
                continue
            }
            out.append(try Value(binary: UnsafeRawBufferPointer(rebasing: bytes[at..<at + length]), type: type))
            at += length
        }
        return out
    }

    /// The server's binary form; nil for NULL.
    func binary(_ type: ValueType) throws -> [UInt8]? {
        switch (self, type) {
        case (.null, _): return nil
        case (.bool(let value), .bool): return [value ? 1 : 0]
        case (.int(let value), .int2): return bigEndian(Int16(truncatingIfNeeded: value))
        case (.int(let value), .int4): return bigEndian(Int32(truncatingIfNeeded: value))
        case (.int(let value), .int8), (.int(let value), .xid8): return bigEndian(value)
        case (.float(let value), .float8): return bigEndian(value.bitPattern)
        case (.time(let value), .timestamptz): return bigEndian(value - PostgresType.epoch)
        case (.text(let value), .text), (.text(let value), .unknown): return Array(value.utf8)
        case (.bytes(let value), .bytea): return value
        case (.json(let value), .jsonb): return [1] + Array(value.utf8)
        case (.array(let values), .array(let element)): return try Self.array(values, element)
        default: throw unsupported("a result of type \(type)")
        }
    }

    private static func array(_ values: [Value], _ element: ValueType) throws -> [UInt8] {
        var out = bigEndian(Int32(values.isEmpty ? 0 : 1))
        out += bigEndian(Int32(values.contains(where: \.isNull) ? 1 : 0)) + bigEndian(element.oid)
        if !values.isEmpty { out += bigEndian(Int32(values.count)) + bigEndian(Int32(1)) }
        for value in values {
            let bytes = try value.binary(element)
            out += bigEndian(Int32(bytes?.count ?? -1)) + (bytes ?? [])
        }
        return out
    }
}

private func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
}
