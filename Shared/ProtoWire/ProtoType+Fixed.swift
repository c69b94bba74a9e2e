extension ProtoType {
    /// `fixed32`
    public enum Fixed32: ProtoKeyCodec {
        /// The layout of one value.
        @inlinable
        public static var wire: ProtoTag.Wire { .fixed32 }
        /// The default.
        @inlinable
        public static var zero: Swift.UInt32 { 0 }

        /// Reads one value.
        @inlinable
        public static func read(from reader: inout ProtoReader) throws(ProtoError) -> Swift.UInt32 {
            try reader.fixed32()
        }

        /// Writes one value.
        @inlinable
        public static func write(_ value: Swift.UInt32, to writer: inout ProtoWriter) {
            writer.fixed32(value)
        }
    }
}

extension ProtoType {
    /// `fixed64`
    public enum Fixed64: ProtoKeyCodec {
        /// The layout of one value.
        @inlinable
        public static var wire: ProtoTag.Wire { .fixed64 }
        /// The default.
        @inlinable
        public static var zero: Swift.UInt64 { 0 }

        /// Reads one value.
        @inlinable
        public static func read(from reader: inout ProtoReader) throws(ProtoError) -> Swift.UInt64 {
            try reader.fixed64()
        }

        /// Writes one value.
        @inlinable
        public static func write(_ value: Swift.UInt64, to writer: inout ProtoWriter) {
            writer.fixed64(value)
        }
    }
}

extension ProtoType {
    /// `sfixed32`
    public enum SFixed32: ProtoKeyCodec {
        /// The layout of one value.
        @inlinable
        public static var wire: ProtoTag.Wire { .fixed32 }
        /// The default.
        @inlinable
        public static var zero: Swift.Int32 { 0 }

        /// Reads one value.
        @inlinable
        public static func read(from reader: inout ProtoReader) throws(ProtoError) -> Swift.Int32 {
            Swift.Int32(bitPattern: try reader.fixed32())
        }

        /// Writes one value.
        @inlinable
        public static func write(_ value: Swift.Int32, to writer: inout ProtoWriter) {
            writer.fixed32(Swift.UInt32(bitPattern: value))
        }
    }
}

extension ProtoType {
    /// `sfixed64`
    public enum SFixed64: ProtoKeyCodec {
        /// The layout of one value.
        @inlinable
        public static var wire: ProtoTag.Wire { .fixed64 }
        /// The default.
        @inlinable
        public static var zero: Swift.Int64 { 0 }

        /// Reads one value.
        @inlinable
        public static func read(from reader: inout ProtoReader) throws(ProtoError) -> Swift.Int64 {
            Swift.Int64(bitPattern: try reader.fixed64())
        }

        /// Writes one value.
        @inlinable
        public static func write(_ value: Swift.Int64, to writer: inout ProtoWriter) {
            writer.fixed64(Swift.UInt64(bitPattern: value))
        }
    }
}

extension ProtoType {
    /// `float`
    public enum Float: ProtoCodec {
        /// The layout of one value.
        @inlinable
        public static var wire: ProtoTag.Wire { .fixed32 }
        /// The default.
        @inlinable
        public static var zero: Swift.Float { 0 }

        /// Whether it is positive zero; a negative one is written.
        @inlinable
        public static func isZero(_ value: Swift.Float) -> Swift.Bool { value.bitPattern == 0 }

        /// Reads one value.
        @inlinable
        public static func read(from reader: inout ProtoReader) throws(ProtoError) -> Swift.Float {
            Swift.Float(bitPattern: try reader.fixed32())
        }

        /// Writes one value.
        @inlinable
        public static func write(_ value: Swift.Float, to writer: inout ProtoWriter) {
            writer.fixed32(value.bitPattern)
        }
    }
}

extension ProtoType {
    /// `double`
    public enum Double: ProtoCodec {
        /// The layout of one value.
        @inlinable
        public static var wire: ProtoTag.Wire { .fixed64 }
        /// The default.
        @inlinable
        public static var zero: Swift.Double { 0 }

        /// Whether it is positive zero; a negative one is written.
        @inlinable
        public static func isZero(_ value: Swift.Double) -> Swift.Bool { value.bitPattern == 0 }

        /// Reads one value.
        @inlinable
        public static func read(from reader: inout ProtoReader) throws(ProtoError) -> Swift.Double {
            Swift.Double(bitPattern: try reader.fixed64())
        }

        /// Writes one value.
        @inlinable
        public static func write(_ value: Swift.Double, to writer: inout ProtoWriter) {
            writer.fixed64(value.bitPattern)
        }
    }
}
