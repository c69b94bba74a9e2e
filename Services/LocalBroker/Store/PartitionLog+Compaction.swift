import LocalBrokerDomain

extension PartitionLog {
    /// A pass that is worth its while; nil if there is none.
    func compaction(now: Int64) -> Compaction? {
        guard settings.compacts, segments.count > 1 else { return nil }
        let ready = segments.dropLast().prefix { readableSize($0) == $0.size }
        let dirty = ready.filter { !$0.isCompacted }.reduce(Int64(0)) { $0 + $1.size }
        let total = ready.reduce(Int64(0)) { $0 + $1.size }
        guard dirty > 0, Double(dirty) >= settings.dirtyRatio * Double(total) else { return nil }
        return Compaction(
            partition: id, segments: ready.map { (base: $0.base, path: $0.path, size: $0.size) },
            deletionHorizon: now - settings.deleteRetention)
    }

    /// Puts the cleaned segments in place, oldest first: a deletion must not go before what it deletes.
    func adopt(_ outcome: Compaction.Outcome) throws(StoreError) {
        for (base, cleaned) in outcome.segments {
            guard let segment = segments.dropLast().first(where: { $0.base == base }) else {
                if let cleaned { try Disk.removeFile(cleaned) }
                continue
            }
            segment.isCompacted = true
            guard let cleaned else { continue }
            let end = segment.nextOffset
            let newest = segment.maxTimestamp
            try Disk.removeFile(segment.indexPath)
            try Disk.move(cleaned, to: segment.path)
            pool.forget(segment.path)
            segment.relax()
            segment.size = try segment.file().size()
            _ = try segment.index(scanner)
            segment.relax()
            segment.nextOffset = end
            segment.maxTimestamp = max(newest, segment.maxTimestamp)
        }
        // The first one stays even when empty: the log's start must not move.
        for segment in segments.dropFirst().dropLast() where segment.size == 0 && segment.isCompacted {
            try segment.remove()
            segments.removeAll { $0 === segment }
        }
        try Disk.syncFolder(folder)
    }
}
