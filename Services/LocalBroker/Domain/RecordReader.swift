/// Reads the records of a batch that is not compressed.
public enum RecordReader {
    /// One record; the slices are valid as long as the batch.
    public struct Record {
        /// Its offset in the partition.
        public var offset: Int64
        /// Milliseconds of the epoch.
        public var timestamp: Int64
        /// Nil for a record without key.
        public var key: UnsafeRawBufferPointer?
        /// Whether the value is null, which in a compacted topic deletes the key.
        public var isTombstone: Bool
        /// The whole record, its length in front included.
        public var bytes: UnsafeRawBufferPointer
    }

    /// Visits the records until `visit` returns false. Returns false if the batch is compressed or cannot be read.
    public static func records(in batch: UnsafeRawBufferPointer, _ visit: (Record) -> Bool) -> Bool {
        guard let header = BatchHeader(batch), header.isPlausible, !header.isCompressed else { return false }
        var cursor = Cursor(bytes: batch, position: BatchHeader.size)
        for _ in 0..<header.recordCount {
            let start = cursor.position
            guard let length = cursor.varint(), length >= 0, length <= batch.count - cursor.position else {
                return false
            }
            let end = cursor.position + Int(length)
            cursor.position += 1
            guard let time = cursor.varint(), let delta = cursor.varint(), let keyLength = cursor.varint(),
                keyLength <= batch.count - cursor.position
            else { return false }
            var key: UnsafeRawBufferPointer?
            if keyLength >= 0 {
                key = UnsafeRawBufferPointer(rebasing: batch[cursor.position..<cursor.position + Int(keyLength)])
                cursor.position += Int(keyLength)
            }
            guard let valueLength = cursor.varint(), cursor.position <= end else { return false }
            let usesAppendTime = header.attributes & 0x08 != 0
            let record = Record(
                offset: header.baseOffset &+ delta,
                timestamp: usesAppendTime ? header.maxTimestamp : header.baseTimestamp &+ time, key: key,
                isTombstone: valueLength < 0, bytes: UnsafeRawBufferPointer(rebasing: batch[start..<end]))
            guard visit(record) else { return true }
            cursor.position = end
        }
        return true
    }

    /// The first record at or after `offset` that is as new as `time`; nil if there is none or the batch is compressed.
    public static func first(
        atOrAfter time: Int64, from offset: Int64, in batch: UnsafeRawBufferPointer
    ) -> (offset: Int64, timestamp: Int64)? {
        var found: (offset: Int64, timestamp: Int64)?
        _ = records(in: batch) { record in
            if record.timestamp >= time, record.offset >= offset { found = (record.offset, record.timestamp) }
            return found == nil
        }
        return found
    }

    private struct Cursor {
        let bytes: UnsafeRawBufferPointer
        var position: Int

        /// A zigzag number; nil if it does not end.
        mutating func varint() -> Int64? {
            var value: UInt64 = 0
            for shift in stride(from: UInt64(0), to: 70, by: 7) {
                guard position < bytes.count else { return nil }
                let byte = bytes[position]
                position += 1
                value |= UInt64(byte & 0x7F) << shift
                if byte & 0x80 == 0 { return Int64(bitPattern: (value >> 1) ^ (~(value & 1) &+ 1)) }
            }
            return nil
        }
    }
}
