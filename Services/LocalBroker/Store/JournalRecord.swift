/// The head of what the journal keeps at a time: batches of one partition as they stand in its log, which follow it.
struct JournalRecord: Equatable {
    /// Bytes of a head.
    static let size = 44
    /// The form of all this; stands in the first record of a segment.
    static let version: Int64 = 1

    /// Which use of the segment it belongs to: what a former use left behind has a lower number.
    var use: Int64
    var topic: TopicID
    var partition: Int32
    /// The offset of the first record.
    var base: Int64
    /// Bytes that follow.
    var count: Int

    /// The record that a use of a segment begins with.
    static func beginning(_ use: Int64) -> JournalRecord {
        JournalRecord(use: use, topic: TopicID(high: 0, low: 0), partition: -1, base: version, count: 0)
    }

    /// Whether a use of a segment begins with it.
    var isBeginning: Bool { partition == -1 && count == 0 }

    init(use: Int64, topic: TopicID, partition: Int32, base: Int64, count: Int) {
        (self.use, self.topic, self.partition, self.base, self.count) = (use, topic, partition, base, count)
    }

    /// Reads a head; nil if there are not enough bytes or they are none. Says nothing about the checksum.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.size else { return nil }
        func at<T: FixedWidthInteger>(_ offset: Int, _: T.Type) -> T {
            T(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
        }
        count = Int(at(4, Int32.self))
        use = at(8, Int64.self)
        topic = TopicID(high: at(16, UInt64.self), low: at(24, UInt64.self))
        partition = at(32, Int32.self)
        base = at(36, Int64.self)
        guard count >= 0, use > 0 else { return nil }
    }

    /// Writes the head before the bytes that it is about, which stand in `whole` already, and seals both.
    func seal(_ whole: UnsafeMutableRawBufferPointer) {
        func put<T: FixedWidthInteger>(_ value: T, _ offset: Int) {
            whole.storeBytes(of: value.bigEndian, toByteOffset: offset, as: T.self)
        }
        put(Int32(count), 4)
        put(use, 8)
        put(topic.high, 16)
        put(topic.low, 24)
        put(partition, 32)
        put(base, 36)
        put(Self.checksum(UnsafeRawBufferPointer(whole)), 0)
    }

    /// Whether `whole`, a head and all that follows it, is as it was sealed.
    static func isWhole(_ whole: UnsafeRawBufferPointer) -> Bool {
        UInt32(bigEndian: whole.loadUnaligned(as: UInt32.self)) == checksum(whole)
    }

    private static func checksum(_ whole: UnsafeRawBufferPointer) -> UInt32 {
        Checksum.crc32c(UnsafeRawBufferPointer(rebasing: whole[4...]))
    }
}
