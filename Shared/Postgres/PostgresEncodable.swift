public import Core

/// A value that can be bound to a parameter of a statement. Sent in the server's binary form.
public protocol PostgresEncodable: Sendable {
    /// The object id of the server's type.
    static var postgresType: UInt32 { get }
    /// The object id of the array of that type.
    static var postgresArrayType: UInt32 { get }
    /// Appends the value in the server's binary form.
    func encode(into bytes: inout [UInt8])
}

extension String: PostgresEncodable {
    /// `text`
    public static var postgresType: UInt32 { PostgresType.text }
    /// `text[]`
    public static var postgresArrayType: UInt32 { PostgresType.textArray }
    /// Its UTF-8.
    public func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: utf8) }
}

extension Int: PostgresEncodable {
    /// `bigint`
    public static var postgresType: UInt32 { PostgresType.int8 }
    /// `bigint[]`
    public static var postgresArrayType: UInt32 { PostgresType.int8Array }
    /// Eight bytes.
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: Int64(self)) }
}

extension Int64: PostgresEncodable {
    /// `bigint`
    public static var postgresType: UInt32 { PostgresType.int8 }
    /// `bigint[]`
    public static var postgresArrayType: UInt32 { PostgresType.int8Array }
    /// Eight bytes.
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
}

extension Int32: PostgresEncodable {
    /// `integer`
    public static var postgresType: UInt32 { PostgresType.int4 }
    /// `integer[]`
    public static var postgresArrayType: UInt32 { PostgresType.int4Array }
    /// Four bytes.
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
}

extension Bool: PostgresEncodable {
    /// `boolean`
    public static var postgresType: UInt32 { PostgresType.bool }
    /// `boolean[]`
    public static var postgresArrayType: UInt32 { PostgresType.boolArray }
    /// One byte.
    public func encode(into bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }
}

extension Double: PostgresEncodable {
    /// `double precision`
    public static var postgresType: UInt32 { PostgresType.float8 }
    /// `double precision[]`
    public static var postgresArrayType: UInt32 { PostgresType.float8Array }
    /// Eight bytes.
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: Int64(bitPattern: bitPattern)) }
}

extension Float: PostgresEncodable {
    /// `real`
    public static var postgresType: UInt32 { PostgresType.float4 }
    /// `real[]`
    public static var postgresArrayType: UInt32 { PostgresType.float4Array }
    /// Four bytes.
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: Int32(bitPattern: bitPattern)) }
}

extension Instant: PostgresEncodable {
    /// `timestamptz`
    public static var postgresType: UInt32 { PostgresType.timestamptz }
    /// `timestamptz[]`
    public static var postgresArrayType: UInt32 { PostgresType.timestamptzArray }
    /// Microseconds since 2000.
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: microseconds - PostgresType.epoch) }
}

extension JSON: PostgresEncodable {
    /// `jsonb`
    public static var postgresType: UInt32 { PostgresType.jsonb }
    /// `jsonb[]`
    public static var postgresArrayType: UInt32 { PostgresType.jsonbArray }
    /// The version byte and the text.
    public func encode(into bytes: inout [UInt8]) {
        bytes.append(1)
        bytes.append(contentsOf: self.bytes())
    }
}

extension [UInt8] {
    mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
