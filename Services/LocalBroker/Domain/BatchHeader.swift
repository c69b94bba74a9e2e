/// The fixed head of a version 2 record batch.
public struct BatchHeader: Equatable, Sendable {
    /// Bytes before the records: the smallest batch there is.
    public static let size = 61
    /// Bytes before the part that the length field counts.
    public static let overhead = 12
    /// Where the checksummed part begins.
    static let checksumStart = 21

    /// The offset of the first record; the producer leaves it to the broker.
    public var baseOffset: Int64
    /// Bytes after the length field.
    public var length: Int32
    /// The leader's epoch; 0 here, where there is one leader.
    public var leaderEpoch: Int32
    /// The version of the format; 2.
    public var magic: Int8
    /// CRC-32C of everything from the attributes on.
    public var checksum: UInt32
    /// Bits: codec, kind of timestamp, transaction, control.
    public var attributes: Int16
    /// Offsets that the batch spans, less one.
    public var lastOffsetDelta: Int32
    /// Milliseconds of the epoch that the records' times count from.
    public var baseTimestamp: Int64
    /// The newest record, in milliseconds of the epoch.
    public var maxTimestamp: Int64
    /// The idempotent producer; -1 for none.
    public var producerID: Int64
    /// The producer's epoch; -1 for none.
    public var producerEpoch: Int16
    /// The producer's number for the first record; -1 for none.
    public var baseSequence: Int32
    /// Records in it.
    public var recordCount: Int32

    /// The whole batch in bytes, its head included.
    public var totalSize: Int { Int(length) + Self.overhead }
    /// The offset of the last record.
    public var lastOffset: Int64 { baseOffset + Int64(lastOffsetDelta) }
    /// Whether the records are packed by a codec.
    public var isCompressed: Bool { attributes & 0x07 != 0 }
    /// Whether the batch belongs to a transaction, which this broker does not have.
    public var isTransactional: Bool { attributes & 0x10 != 0 }
    /// Whether the batch is a broker's own marker.
    public var isControl: Bool { attributes & 0x20 != 0 }
    /// Whether the producer numbered the batch.
    public var isIdempotent: Bool { producerID >= 0 }
    /// The sequence number of the last record; numbers wrap from `Int32.max` to 0.
    public var lastSequence: Int32 { Self.sequence(baseSequence, plus: lastOffsetDelta) }

    /// Reads the head; nil if there are fewer than `size` bytes.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.size else { return nil }
        func at<T: FixedWidthInteger>(_ offset: Int, _: T.Type) -> T {
            T(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
        }
        baseOffset = at(0, Int64.self)
        length = at(8, Int32.self)
        leaderEpoch = at(12, Int32.self)
        magic = at(16, Int8.self)
        checksum = at(17, UInt32.self)
        attributes = at(21, Int16.self)
        lastOffsetDelta = at(23, Int32.self)
        baseTimestamp = at(27, Int64.self)
        maxTimestamp = at(35, Int64.self)
        producerID = at(43, Int64.self)
        producerEpoch = at(51, Int16.self)
        baseSequence = at(53, Int32.self)
        recordCount = at(57, Int32.self)
    }

    /// Whether the numbers of the head can belong together. Says nothing about the checksum.
    public var isPlausible: Bool {
        magic == 2 && Int(length) >= Self.size - Self.overhead && (0...Int64.max >> 1).contains(baseOffset)
            && lastOffsetDelta >= 0
            && recordCount >= 0 && Int64(recordCount) <= Int64(lastOffsetDelta) + 1
    }

    /// The sequence number `delta` records after `sequence`.
    public static func sequence(_ sequence: Int32, plus delta: Int32) -> Int32 {
        Int32((Int64(sequence) + Int64(delta)) % (Int64(Int32.max) + 1))
    }

    /// Writes what a broker assigns; neither is under the checksum.
    public static func assign(
        baseOffset: Int64, leaderEpoch: Int32, in bytes: UnsafeMutableRawBufferPointer
    ) {
        bytes.storeBytes(of: baseOffset.bigEndian, toByteOffset: 0, as: Int64.self)
        bytes.storeBytes(of: leaderEpoch.bigEndian, toByteOffset: 12, as: Int32.self)
    }

    /// Stamps every record with the time of appending, as topics with `LogAppendTime` want it; renews the checksum.
    public static func stampAppendTime(
        _ now: Int64, in bytes: UnsafeMutableRawBufferPointer, checksum: Crc32c.Function
    ) {
        let attributes = Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: 21, as: Int16.self)) | 0x08
        bytes.storeBytes(of: attributes.bigEndian, toByteOffset: 21, as: Int16.self)
        bytes.storeBytes(of: now.bigEndian, toByteOffset: 35, as: Int64.self)
        seal(bytes, checksum: checksum)
    }

    /// Writes the checksum of a finished batch.
    static func seal(_ bytes: UnsafeMutableRawBufferPointer, checksum: Crc32c.Function) {
        let sum = checksum(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[checksumStart...]))
        bytes.storeBytes(of: sum.bigEndian, toByteOffset: 17, as: UInt32.self)
    }

    /// Whether `bytes`, which is exactly this batch, still has the checksum that its head claims.
    public func matchesChecksum(_ bytes: UnsafeRawBufferPointer, checksum: Crc32c.Function) -> Bool {
        bytes.count == totalSize
            && checksum(UnsafeRawBufferPointer(rebasing: bytes[Self.checksumStart...])) == self.checksum
    }
}
