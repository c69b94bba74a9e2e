/// A value bound to one parameter: its type and its bytes in the server's binary form; nil bytes are NULL.
package struct PostgresBind: Sendable {
    package let type: UInt32
    package let bytes: [UInt8]?

    package init(type: UInt32, bytes: [UInt8]?) { (self.type, self.bytes) = (type, bytes) }

    package init<Value: PostgresEncodable>(_ value: Value?) {
        type = Value.postgresType
        guard let value else {
            bytes = nil
            return
        }
        var encoded: [UInt8] = []
        value.encode(into: &encoded)
        bytes = encoded
    }

    init<Value: PostgresEncodable>(array values: [Value?]) {
        self.init(array: values, of: Value.postgresType, Value.postgresArrayType) { $0.encode(into: &$1) }
    }

    init(byteStrings values: [[UInt8]?]) {
        self.init(array: values, of: PostgresType.bytea, PostgresType.byteaArray) { $1.append(contentsOf: $0) }
    }

    /// One dimension, lower bound 1; each element is its length and its bytes, NULL is length -1.
    private init<Value>(
        array values: [Value?], of element: UInt32, _ array: UInt32, encode: (Value, inout [UInt8]) -> Void
    ) {
        type = array
        var out: [UInt8] = []
        out.reserveCapacity(20 + values.count * 16)
        out.append(bigEndian: Int32(values.isEmpty ? 0 : 1))
        out.append(bigEndian: Int32(1))
        out.append(bigEndian: element)
        if !values.isEmpty {
            out.append(bigEndian: Int32(values.count))
            out.append(bigEndian: Int32(1))
        }
        for value in values {
            guard let value else {
                out.append(bigEndian: Int32(-1))
                continue
            }
            let start = out.count
            out.append(bigEndian: Int32(0))
            encode(value, &out)
            let length = Int32(out.count - start - 4)
            withUnsafeBytes(of: length.bigEndian) { out.replaceSubrange(start..<start + 4, with: $0) }
        }
        bytes = out
    }
}
