import LocalBrokerDomain

/// Where in a segment to begin looking for an offset or a time.
struct SegmentIndex: Equatable {
    /// Bytes of log between two entries.
    static let interval: Int64 = 16 << 10

    /// A batch that begins at `position`; `timeBefore` is the newest time of all batches before it.
    struct Entry: Equatable {
        var baseOffset: Int64
        var position: Int64
        var timeBefore: Int64
    }

    private(set) var entries: [Entry] = []
    private(set) var nextOffset: Int64
    private(set) var maxTimestamp: Int64 = -1
    private(set) var size: Int64 = 0

    init(base: Int64) { nextOffset = base }

    /// Notes a batch at the end of the segment.
    mutating func add(_ header: BatchHeader, at position: Int64) {
        if position - (entries.last?.position ?? -Self.interval) >= Self.interval {
            entries.append(Entry(baseOffset: header.baseOffset, position: position, timeBefore: maxTimestamp))
        }
        maxTimestamp = max(maxTimestamp, header.maxTimestamp)
        nextOffset = header.lastOffset + 1
        size = position + Int64(header.totalSize)
    }

    /// Where a scan for `offset` begins.
    func position(ofOffset offset: Int64) -> Int64 {
        let after = entries.partitionPoint { $0.baseOffset > offset }
        return after == 0 ? 0 : entries[after - 1].position
    }

    /// Where a scan for the first batch as new as `time` begins.
    func position(ofTime time: Int64) -> Int64 {
        let after = entries.partitionPoint { $0.timeBefore >= time }
        return after == 0 ? 0 : entries[after - 1].position
    }

    /// The form on disk.
    var encoded: [UInt8] {
        var writer = WireWriter()
        writer.int64(size)
        writer.int64(nextOffset)
        writer.int64(maxTimestamp)
        writer.array(entries) { writer, entry in
            writer.int64(entry.baseOffset)
            writer.int64(entry.position)
            writer.int64(entry.timeBefore)
        }
        return SealedFile.seal(writer.bytes)
    }

    /// Nil unless the bytes are whole.
    init?(_ encoded: [UInt8]) {
        guard let body = SealedFile.open(encoded) else { return nil }
        self.init(base: 0)
        let read: Bool = body.withUnsafeBytes { raw in
            var reader = WireReader(raw)
            size = reader.int64()
            nextOffset = reader.int64()
            maxTimestamp = reader.int64()
            entries = reader.array { reader in
                Entry(baseOffset: reader.int64(), position: reader.int64(), timeBefore: reader.int64())
            }
            return !reader.isBroken
        }
        guard read else { return nil }
    }
}

extension Array {
    /// The first index whose element satisfies `predicate`, given that all after it do too.
    func partitionPoint(_ predicate: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if predicate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
