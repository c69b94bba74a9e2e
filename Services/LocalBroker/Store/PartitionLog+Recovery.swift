import Glibc
import LocalBrokerDomain

extension PartitionLog {
    /// What recovery cut off the end of a log.
    struct Cut {
        var path: String
        var position: Int64
        var bytes: Int64
    }

    /// Reads the partition back from its folder. Only the end of the last segment may be torn: it is cut after its last
    /// whole batch, and nothing before that is touched.
    func recover() throws(StoreError) -> Cut? {
        let names = try Disk.names(in: folder)
        for name in names where name.hasSuffix(".new") || name.hasSuffix(".cleaned") {
            try Disk.removeFile(folder + "/" + name)
        }
        let bases = names.filter { $0.hasSuffix(".log") }.compactMap { Int64($0.dropLast(4)) }.sorted()
        try readStart()
        for base in bases {
            let segment = Segment(base: base, folder: folder, pool: pool)
            segments.append(segment)
        }
        guard let active = segments.last else {
            nextOffset = startOffset
            becameDurable(ticket)
            return nil
        }
        for segment in segments.dropLast() {
            segment.size = try segment.file().size()
            _ = try segment.index(scanner)
            segment.relax()
        }
        let cut = try recoverActive(active)
        startOffset = max(startOffset, segments[0].base)
        nextOffset = max(active.nextOffset, active.base)
        if nextOffset < startOffset {
            nextOffset = startOffset
            try roll(now: 0)
        }
        for (segment, next) in zip(segments, segments.dropFirst()) { segment.nextOffset = next.base }
        becameDurable(ticket)
        return cut
    }

    private func readStart() throws(StoreError) {
        guard let bytes = try Disk.contents(folder + "/start"), let body = SealedFile.open(bytes) else { return }
        startOffset = body.withUnsafeBytes { raw in
            var reader = WireReader(raw)
            return reader.int64()
        }
    }

    private func recoverActive(_ active: Segment) throws(StoreError) -> Cut? {
        let file = try active.file()
        let size = try file.size()
        try restoreLedger(before: active)
        var index = SegmentIndex(base: active.base)
        var ledger = ledger
        let end = try scanner.scan(file, from: 0, limit: size, verify: true) { header, position in
            index.add(header, at: position)
            ledger.record(header)
            return true
        }
        scanner.shrink()
        self.ledger = ledger
        active.adopt(index)
        active.openedAt = index.maxTimestamp >= 0 ? index.maxTimestamp : nil
        guard end < size else { return nil }
        try keep(file, from: end, to: size)
        try file.truncate(to: end)
        try file.sync()
        return Cut(path: active.path, position: end, bytes: size - end)
    }

    /// The producers as they were at the start of the active segment: from its snapshot, or from all that came before.
    private func restoreLedger(before active: Segment) throws(StoreError) {
        if let bytes = try Disk.contents(active.producersPath), let known = ProducerSnapshot.decode(bytes) {
            ledger = known
            return
        }
        var ledger = ProducerLedger()
        for segment in segments.dropLast() {
            _ = try scanner.scan(try segment.file(), from: 0, limit: segment.size, verify: false) { header, _ in
                ledger.record(header)
                return true
            }
        }
        self.ledger = ledger
    }

    /// Lays the torn end aside for whoever wants to look at it; failing that, it is lost, as it was not acknowledged.
    private func keep(_ file: StoreFile, from start: Int64, to end: Int64) throws(StoreError) {
        guard end - start <= 64 << 20, let bytes = try? scanner.batch(file, at: start, size: Int(end - start)) else {
            return
        }
        guard bytes.contains(where: { $0 != 0 }) else { return }
        try? Disk.replace(folder + "/" + Segment.name(nextOffset) + ".torn", with: Array(bytes), sync: false)
        scanner.shrink()
    }
}
