import LocalBrokerDomain

/// A piece of a segment, to be sent as it is.
struct LogSlice {
    var file: StoreFile
    var position: Int64
    var count: Int
}

extension PartitionLog {
    /// The batches from the one that holds `offset` on: at most `limit` bytes, but at least one whole batch if there is
    /// one.
    func read(from offset: Int64, limit: Int) throws(StoreError) -> LogSlice? {
        guard offset < durableEnd else { return nil }
        let first = segments.partitionPoint { $0.nextOffset > offset }
        for segment in segments[first...] {
            let readable = readableSize(segment)
            guard readable > 0 else { continue }
            let file = try segment.file()
            // Compaction may have left nothing at or after the offset in this segment.
            guard let found = try batch(with: offset, in: segment, file, upTo: readable) else { continue }
            let count = min(readable - found.position, Int64(max(limit, found.size)))
            return LogSlice(file: file, position: found.position, count: Int(count))
        }
        return nil
    }

    private func batch(
        with offset: Int64, in segment: Segment, _ file: StoreFile, upTo readable: Int64
    ) throws(StoreError) -> (position: Int64, size: Int)? {
        if segment === segments.last, let found = tail.batch(with: offset) { return found }
        var found: (position: Int64, size: Int)?
        let begin = try segment.index(scanner).position(ofOffset: offset)
        _ = try scanner.scan(file, from: begin, limit: readable, verify: false) { header, position in
            if header.lastOffset >= offset { found = (position, header.totalSize) }
            return found == nil
        }
        return found
    }

    /// The first durable record as new as `time`.
    func find(time: Int64) throws(StoreError) -> (offset: Int64, timestamp: Int64)? {
        for segment in segments where segment.maxTimestamp >= time && segment.nextOffset > startOffset {
            let file = try segment.file()
            var found: (header: BatchHeader, position: Int64)?
            let begin = try segment.index(scanner).position(ofTime: time)
            let start = startOffset
            _ = try scanner.scan(file, from: begin, limit: readableSize(segment), verify: false) { header, position in
                if header.maxTimestamp >= time, header.lastOffset >= start { found = (header, position) }
                return found == nil
            }
            guard let (header, position) = found else { continue }
            let batch = try scanner.batch(file, at: position, size: header.totalSize)
            defer { scanner.shrink() }
            return RecordReader.first(atOrAfter: time, from: start, in: batch)
                ?? (max(start, header.baseOffset), header.maxTimestamp)
        }
        return nil
    }

    /// The newest time in the log and the first batch that carries it.
    func findNewest() throws(StoreError) -> (offset: Int64, timestamp: Int64)? {
        let newest = segments.map(\.maxTimestamp).max() ?? -1
        return newest < 0 ? nil : try find(time: newest)
    }
}
