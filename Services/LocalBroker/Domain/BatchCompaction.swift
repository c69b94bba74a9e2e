/// What compaction does to one batch.
public enum BatchCompaction {
    /// The result for a batch.
    public enum Outcome: Equatable, Sendable {
        case unchanged
        case dropped
        /// The batch without the records that are gone; offsets, times and sequence numbers are as they were.
        case shrunk([UInt8])
    }

    /// Keeps the records that `keeps` wants. A batch that cannot be read, being compressed, stays as it is.
    public static func compact(
        _ batch: UnsafeRawBufferPointer, checksum: Crc32c.Function, keeps: (RecordReader.Record) -> Bool
    ) -> Outcome {
        guard let header = BatchHeader(batch), header.isPlausible, !header.isControl else { return .unchanged }
        var kept = [UInt8](batch[..<BatchHeader.size])
        var count: Int32 = 0
        let isRead = RecordReader.records(in: batch) { record in
            if keeps(record) {
                kept.append(contentsOf: record.bytes)
                count += 1
            }
            return true
        }
        guard isRead, count < header.recordCount else { return .unchanged }
        guard count > 0 else { return .dropped }
        kept.withUnsafeMutableBytes { raw in
            raw.storeBytes(of: Int32(raw.count - BatchHeader.overhead).bigEndian, toByteOffset: 8, as: Int32.self)
            raw.storeBytes(of: count.bigEndian, toByteOffset: 57, as: Int32.self)
            BatchHeader.seal(raw, checksum: checksum)
        }
        return .shrunk(kept)
    }
}
