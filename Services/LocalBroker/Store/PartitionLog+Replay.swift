import LocalBrokerDomain

extension PartitionLog {
    /// Offsets that were given out and are gone.
    struct Gap: Equatable {
        var folder: String
        var range: Range<Int64>
    }

    /// Appends those of the journal's batches that the log lacks. A log that ends before them goes on at them: what is
    /// left is kept, and no offset is given out twice.
    func replay(_ batches: UnsafeRawBufferPointer) throws(StoreError) -> Gap? {
        var gap: Gap?
        var rest = batches
        while let header = BatchHeader(rest), header.isPlausible, header.totalSize <= rest.count {
            let batch = UnsafeRawBufferPointer(rebasing: rest[..<header.totalSize])
            rest = UnsafeRawBufferPointer(rebasing: rest[header.totalSize...])
            guard header.baseOffset >= nextOffset else { continue }
            if header.baseOffset > nextOffset {
                gap = Gap(folder: folder, range: nextOffset..<header.baseOffset)
                nextOffset = header.baseOffset
            }
            try write(header, batch, now: max(0, header.maxTimestamp))
        }
        return gap
    }
}
