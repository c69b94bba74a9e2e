/// What a broker demands of a batch before it appends it.
public enum BatchCheck {
    /// The head of the one batch that `bytes` must be, or why it is refused. `limit` is `max.message.bytes`.
    public static func accept(
        _ bytes: UnsafeRawBufferPointer, limit: Int, checksum: Crc32c.Function
    ) -> Result<BatchHeader, BrokerFault> {
        guard bytes.count > 16 else { return .failure(.corruptMessage) }
        guard bytes[16] == 2 else { return .failure(.unsupportedForMessageFormat) }
        guard let header = BatchHeader(bytes) else { return .failure(.corruptMessage) }
        guard header.isPlausible else { return .failure(.corruptMessage) }
        guard header.totalSize <= limit else { return .failure(.messageTooLarge) }
        guard header.totalSize <= bytes.count else { return .failure(.corruptMessage) }
        guard header.totalSize == bytes.count else { return .failure(.invalidRecord) }
        guard header.matchesChecksum(bytes, checksum: checksum) else { return .failure(.corruptMessage) }
        guard header.recordCount > 0, Int64(header.recordCount) == Int64(header.lastOffsetDelta) + 1 else {
            return .failure(.invalidRecord)
        }
        guard !header.isControl, !header.isTransactional else { return .failure(.invalidRecord) }
        guard !header.isIdempotent || (header.producerEpoch >= 0 && header.baseSequence >= 0) else {
            return .failure(.invalidRecord)
        }
        return .success(header)
    }
}
