import LocalBrokerDomain

/// Walks the batches of a segment. Keeps one buffer for all its walks.
final class SegmentScanner {
    private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

    deinit { buffer.deallocate() }

    /// Visits each batch from `position` on until `limit`, a torn batch, or `visit` returning false. With `verify`, a
    /// batch must have its checksum. Returns where the last visited batch ends, or where the refused one begins.
    func scan(
        _ file: StoreFile, from position: Int64, limit: Int64, verify: Bool,
        visit: (BatchHeader, Int64) -> Bool
    ) throws(StoreError) -> Int64 {
        var windowStart = position
        var windowCount = 0
        var position = position
        var lowest = Int64(0)
        while limit - position >= Int64(BatchHeader.size) {
            if position + Int64(BatchHeader.size) > windowStart + Int64(windowCount) || position < windowStart {
                windowStart = position
                windowCount = try file.read(into: slice(Int(min(Int64(64 << 10), limit - position))), at: position)
            }
            guard let header = BatchHeader(window(position - windowStart, windowCount)), header.isPlausible,
                header.baseOffset >= lowest, position + Int64(header.totalSize) <= limit
            else { return position }
            if verify {
                if position + Int64(header.totalSize) > windowStart + Int64(windowCount) {
                    let wanted = min(Int64(max(header.totalSize, 64 << 10)), limit - position)
                    windowStart = position
                    windowCount = try file.read(into: slice(Int(wanted)), at: position)
                }
                let start = Int(position - windowStart)
                guard windowCount - start >= header.totalSize else { return position }
                let batch = UnsafeRawBufferPointer(rebasing: buffer[start..<start + header.totalSize])
                guard header.matchesChecksum(batch, checksum: Checksum.crc32c) else { return position }
            }
            guard visit(header, position) else { return position }
            lowest = header.lastOffset + 1
            position += Int64(header.totalSize)
        }
        return position
    }

    /// The bytes of one batch, valid until the next call.
    func batch(_ file: StoreFile, at position: Int64, size: Int) throws(StoreError) -> UnsafeRawBufferPointer {
        let count = try file.read(into: slice(size), at: position)
        return UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }

    /// Gives back what a large batch needed.
    func shrink() {
        guard buffer.count > 1 << 20 else { return }
        buffer.deallocate()
        buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    }

    private func window(_ start: Int64, _ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: buffer[Int(start)..<max(Int(start), count)])
    }

    private func slice(_ count: Int) -> UnsafeMutableRawBufferPointer {
        if count > buffer.count {
            buffer.deallocate()
            buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
        }
        return UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
    }
}
