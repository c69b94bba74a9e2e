extension ProtoType {
    /// `string`
    public enum String: ProtoKeyCodec {
        /// The layout of one value.
        @inlinable
        public static var wire: ProtoTag.Wire { .delimited }
        /// The default.
        @inlinable
        public static var zero: Swift.String { "" }

        /// The order of the UTF-8 bytes.
        @inlinable
        public static func precedes(_ left: Swift.String, _ right: Swift.String) -> Swift.Bool {
            left.utf8.lexicographicallyPrecedes(right.utf8)
        }

        /// Reads one value.
        @inlinable
        public static func read(from reader: inout ProtoReader) throws(ProtoError) -> Swift.String {
            try reader.text()
        }

        /// Writes one value.
        @inlinable
        public static func write(_ value: Swift.String, to writer: inout ProtoWriter) {
            writer.text(value)
        }
    }
}

extension ProtoType {
    /// `bytes`
    public enum Bytes: ProtoCodec {
        /// The layout of one value.
        @inlinable
        public static var wire: ProtoTag.Wire { .delimited }
        /// The default.
        @inlinable
        public static var zero: [Swift.UInt8] { [] }

        /// Reads one value.
        @inlinable
        public static func read(from reader: inout ProtoReader) throws(ProtoError) -> [Swift.UInt8] {
            try reader.data()
        }

        /// Writes one value.
        @inlinable
        public static func write(_ value: [Swift.UInt8], to writer: inout ProtoWriter) {
            writer.data(value)
        }
    }
}

extension ProtoType {
    /// An enumeration
    public enum Enum<Value: ProtoEnum>: ProtoCodec {
        /// The layout of one value.
        @inlinable
        public static var wire: ProtoTag.Wire { .varint }
        /// The default.
        @inlinable
        public static var zero: Value { Value(protoValue: 0) }

        /// Reads one value.
        @inlinable
        public static func read(from reader: inout ProtoReader) throws(ProtoError) -> Value {
            Value(protoValue: Swift.Int32(truncatingIfNeeded: try reader.varint()))
        }

        /// Writes one value.
        @inlinable
        public static func write(_ value: Value, to writer: inout ProtoWriter) {
            writer.varint(Swift.UInt64(bitPattern: Swift.Int64(value.protoValue)))
        }
    }
}

extension ProtoType {
    /// An embedded message
    public enum Message<Value: ProtoMessage>: ProtoCodec {
        /// The layout of one value.
        @inlinable
        public static var wire: ProtoTag.Wire { .delimited }
        /// The default.
        @inlinable
        public static var zero: Value { Value() }

        /// Reads one value.
        @inlinable
        public static func read(from reader: inout ProtoReader) throws(ProtoError) -> Value {
            var value = Value()
            try reader.message(into: &value)
            return value
        }

        /// Writes one value.
        @inlinable
        public static func write(_ value: Value, to writer: inout ProtoWriter) {
            writer.delimited { value.write(to: &$0) }
        }
    }
}
