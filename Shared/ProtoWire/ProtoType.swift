/// The codecs of the schema language's types, named as there. Generated code names them.
public enum ProtoType {}

extension ProtoType {
    /// `int32`
    public enum Int32: ProtoKeyCodec {
        /// The layout of one value.
        @inlinable
        public static var wire: ProtoTag.Wire { .varint }
        /// The default.
        @inlinable
        public static var zero: Swift.Int32 { 0 }

        /// Reads one value.
        @inlinable
        public static func read(from reader: inout ProtoReader) throws(ProtoError) -> Swift.Int32 {
            Swift.Int32(truncatingIfNeeded: try reader.varint())
        }

        /// Writes one value.
        @inlinable
        public static func write(_ value: Swift.Int32, to writer: inout ProtoWriter) {
            writer.varint(Swift.UInt64(bitPattern: Swift.Int64(value)))
        }
    }
}

extension ProtoType {
    /// `int64`
    public enum Int64: ProtoKeyCodec {
        /// The layout of one value.
        @inlinable
        public static var wire: ProtoTag.Wire { .varint }
        /// The default.
        @inlinable
        public static var zero: Swift.Int64 { 0 }

        /// Reads one value.
        @inlinable
        public static func read(from reader: inout ProtoReader) throws(ProtoError) -> Swift.Int64 {
            Swift.Int64(bitPattern: try reader.varint())
        }

        /// Writes one value.
        @inlinable
        public static func write(_ value: Swift.Int64, to writer: inout ProtoWriter) {
            writer.varint(Swift.UInt64(bitPattern: value))
        }
    }
}

extension ProtoType {
    /// `uint32`
    public enum UInt32: ProtoKeyCodec {
        /// The layout of one value.
        @inlinable
        public static var wire: ProtoTag.Wire { .varint }
        /// The default.
        @inlinable
        public static var zero: Swift.UInt32 { 0 }

        /// Reads one value.
        @inlinable
        public static func read(from reader: inout ProtoReader) throws(ProtoError) -> Swift.UInt32 {
            Swift.UInt32(truncatingIfNeeded: try reader.varint())
        }

        /// Writes one value.
        @inlinable
        public static func write(_ value: Swift.UInt32, to writer: inout ProtoWriter) {
            writer.varint(Swift.UInt64(value))
        }
    }
}

extension ProtoType {
    /// `uint64`
    public enum UInt64: ProtoKeyCodec {
        /// The layout of one value.
        @inlinable
        public static var wire: ProtoTag.Wire { .varint }
        /// The default.
        @inlinable
        public static var zero: Swift.UInt64 { 0 }

        /// Reads one value.
        @inlinable
        public static func read(from reader: inout ProtoReader) throws(ProtoError) -> Swift.UInt64 {
            try reader.varint()
        }

        /// Writes one value.
        @inlinable
        public static func write(_ value: Swift.UInt64, to writer: inout ProtoWriter) {
            writer.varint(value)
        }
    }
}

extension ProtoType {
    /// `sint32`: small negative numbers stay short.
    public enum SInt32: ProtoKeyCodec {
        /// The layout of one value.
        @inlinable
        public static var wire: ProtoTag.Wire { .varint }
        /// The default.
        @inlinable
        public static var zero: Swift.Int32 { 0 }

        /// Reads one value.
        @inlinable
        public static func read(from reader: inout ProtoReader) throws(ProtoError) -> Swift.Int32 {
            let raw = Swift.UInt32(truncatingIfNeeded: try reader.varint())
            return Swift.Int32(bitPattern: raw >> 1) ^ -Swift.Int32(raw & 1)
        }

        /// Writes one value.
        @inlinable
        public static func write(_ value: Swift.Int32, to writer: inout ProtoWriter) {
            writer.varint(Swift.UInt64(Swift.UInt32(bitPattern: value << 1 ^ value >> 31)))
        }
    }
}

extension ProtoType {
    /// `sint64`: small negative numbers stay short.
    public enum SInt64: ProtoKeyCodec {
        /// The layout of one value.
        @inlinable
        public static var wire: ProtoTag.Wire { .varint }
        /// The default.
        @inlinable
        public static var zero: Swift.Int64 { 0 }

        /// Reads one value.
        @inlinable
        public static func read(from reader: inout ProtoReader) throws(ProtoError) -> Swift.Int64 {
            let raw = try reader.varint()
            return Swift.Int64(bitPattern: raw >> 1) ^ -Swift.Int64(raw & 1)
        }

        /// Writes one value.
        @inlinable
        public static func write(_ value: Swift.Int64, to writer: inout ProtoWriter) {
            writer.varint(Swift.UInt64(bitPattern: value << 1 ^ value >> 63))
        }
    }
}

extension ProtoType {
    /// `bool`
    public enum Bool: ProtoKeyCodec {
        /// The layout of one value.
        @inlinable
        public static var wire: ProtoTag.Wire { .varint }
        /// The default.
        @inlinable
        public static var zero: Swift.Bool { false }

        /// False comes first.
        @inlinable
        public static func precedes(_ left: Swift.Bool, _ right: Swift.Bool) -> Swift.Bool { !left && right }

        /// Reads one value.
        @inlinable
        public static func read(from reader: inout ProtoReader) throws(ProtoError) -> Swift.Bool {
            try reader.varint() != 0
        }

        /// Writes one value.
        @inlinable
        public static func write(_ value: Swift.Bool, to writer: inout ProtoWriter) {
            writer.varint(value ? 1 : 0)
        }
    }
}
