/// An answer of the server.
public enum RedisValue: Sendable, Hashable {
    /// Nothing, such as a missing key.
    case null
    /// A whole number.
    case integer(Int64)
    /// Bytes; also the simple texts such as `OK`.
    case bytes([UInt8])
    /// A list.
    case array([RedisValue])
    /// A refusal; at the top it is thrown as `RedisError`, so it is met in arrays only.
    case error(String)

    /// The number, if this is one.
    public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    /// The bytes, if these are.
    public var bytes: [UInt8]? { if case .bytes(let value) = self { value } else { nil } }
    /// The elements, if this is a list.
    public var array: [RedisValue]? { if case .array(let value) = self { value } else { nil } }
}
