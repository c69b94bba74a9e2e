/// Which segments a partition may drop.
public enum RetentionPolicy {
    /// What is known of one segment; `maxTimestamp` in milliseconds of the epoch, -1 if it holds nothing.
    public struct Segment: Equatable, Sendable {
        /// Bytes on the disk.
        public var size: Int64
        /// The offset after its last record.
        public var endOffset: Int64
        /// The newest record, in milliseconds of the epoch; -1 for none.
        public var maxTimestamp: Int64

        /// A segment's numbers.
        public init(size: Int64, endOffset: Int64, maxTimestamp: Int64) {
            self.size = size
            self.endOffset = endOffset
            self.maxTimestamp = maxTimestamp
        }
    }

    /// How many of `segments` (oldest first, the active one last) to drop from the front. The active one never goes;
    /// a limit below zero does not apply; segments wholly below `startOffset` are always dropped.
    public static func expired(
        _ segments: [Segment], now: Int64, retentionTime: Int64, retentionBytes: Int64, startOffset: Int64,
        deletes: Bool
    ) -> Int {
        var total = segments.reduce(Int64(0)) { $0 + $1.size }
        var count = 0
        for segment in segments.dropLast() {
            let isBelowStart = segment.endOffset <= startOffset
            let isTooOld = retentionTime >= 0 && segment.maxTimestamp < now - retentionTime
            let isTooMuch = retentionBytes >= 0 && total - segment.size >= retentionBytes
            guard isBelowStart || (deletes && (isTooOld || isTooMuch)) else { break }
            total -= segment.size
            count += 1
        }
        return count
    }
}
