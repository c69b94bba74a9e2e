import Glibc
import LocalBrokerDomain

/// The log of one partition: appended at its end, read up to what is durable.
final class PartitionLog {
    /// Milliseconds after which a silent producer is forgotten.
    private static let producerMemory: Int64 = 86_400_000

    /// The number by which the rest of the broker knows it.
    let id: Int
    let topic: String
    let topicID: TopicID
    let index: Int32
    let folder: String
    /// Oldest first, the active one last; empty until the first append.
    var segments: [Segment] = []
    private(set) var tail = LogTail()
    var ledger = ProducerLedger()
    /// The first offset that may be read.
    var startOffset: Int64 = 0
    /// The offset of the next record.
    var nextOffset: Int64 = 0
    /// Records below it are on the disk; the high watermark.
    private(set) var durableEnd: Int64 = 0
    private var durableSegment: Int64 = 0
    private var durablePosition: Int64 = 0
    /// A folder whose entries are new and must reach the disk with the next sync.
    var freshFolders: [String] = []
    /// Set when the disk failed in a way that needs a restart.
    var isBroken = false
    let pool: FilePool
    let scanner: SegmentScanner
    var settings: TopicSettings { didSet { readSettings() } }
    private(set) var maxMessageBytes = 0
    private(set) var stampsAppendTime = false
    private var segmentBytes: Int64 = 0
    private var segmentTime: Int64 = 0

    init(
        id: Int, topic: String, topicID: TopicID, index: Int32, folder: String, settings: TopicSettings,
        pool: FilePool, scanner: SegmentScanner
    ) {
        (self.id, self.topic, self.topicID, self.index, self.folder) = (id, topic, topicID, index, folder)
        (self.settings, self.pool, self.scanner) = (settings, pool, scanner)
        readSettings()
    }

    private func readSettings() {
        maxMessageBytes = settings.maxMessageBytes
        stampsAppendTime = settings.stampsAppendTime
        segmentBytes = settings.segmentBytes
        segmentTime = settings.segmentTime
    }

    /// Appends one batch, writing its offset into it. The batch may be read once the returned range is durable and
    /// `becameDurable` told so. Throws with the log unchanged.
    func append(
        _ header: BatchHeader, _ bytes: UnsafeMutableRawBufferPointer, now: Int64
    ) throws(StoreError) -> LogRange {
        var header = header
        header.baseOffset = nextOffset
        BatchHeader.assign(baseOffset: nextOffset, leaderEpoch: 0, in: bytes)
        if stampsAppendTime {
            header.maxTimestamp = now
            BatchHeader.stampAppendTime(now, in: bytes, checksum: Checksum.crc32c)
        }
        return try write(header, UnsafeRawBufferPointer(bytes), now: now)
    }

    /// Appends a batch that has its offset, which is that of the next record or higher. Throws with the log unchanged.
    @discardableResult
    func write(
        _ header: BatchHeader, _ bytes: UnsafeRawBufferPointer, now: Int64
    ) throws(StoreError) -> LogRange {
        let segment = try activeSegment(adding: Int64(bytes.count), now: now)
        let file = try segment.file()
        let position = segment.size
        do throws(StoreError) {
            try file.write(bytes, at: position)
        } catch {
            // What was written of it is overwritten by the next append, and cut off by a restart.
            try? file.truncate(to: position)
            throw error
        }
        segment.note(header, at: position)
        tail.add(header, at: position)
        if segment.openedAt == nil { segment.openedAt = now }
        nextOffset = segment.nextOffset
        ledger.record(header)
        return LogRange(
            owner: id, topic: topicID, partition: index, base: header.baseOffset, file: file, position: position,
            count: bytes.count)
    }

    private func activeSegment(adding size: Int64, now: Int64) throws(StoreError) -> Segment {
        if let active = segments.last {
            let isFull = active.size > 0 && active.size + size > segmentBytes
            let isOld = active.openedAt.map { now - $0 >= segmentTime } ?? false
            if !isFull && !isOld { return active }
        }
        return try roll(now: now)
    }

    /// Begins a new segment at the end. Throws with the log unchanged.
    @discardableResult
    func roll(now: Int64) throws(StoreError) -> Segment {
        if let active = segments.last, active.size == 0 { return active }
        try syncActive()
        ledger.forget(silentSince: min(now, segments.last?.maxTimestamp ?? 0) - Self.producerMemory)
        if segments.isEmpty { try Disk.makeFolder(folder) }
        let segment = Segment(base: nextOffset, folder: folder, pool: pool)
        try Disk.replace(segment.producersPath, with: ProducerSnapshot.encode(ledger), sync: false)
        try segment.file().truncate(to: 0)
        segments.last?.seal()
        segments.append(segment)
        tail.clear()
        if !freshFolders.contains(folder) { freshFolders.append(folder) }
        return segment
    }

    /// Only the last segment may have bytes that the journal alone made durable: recovery takes the others as they are.
    private func syncActive() throws(StoreError) {
        guard let active = segments.last else { return }
        do throws(StoreError) {
            try active.file().sync()
        } catch {
            isBroken = true
            throw error
        }
    }

    /// Makes durable what was read back, whether or not it was before.
    func makeDurable() throws(StoreError) {
        guard !segments.isEmpty else { return }
        try syncActive()
        try Disk.syncFolder(folder)
        freshFolders = []
        becameDurable(ticket)
    }

    /// What is to be synced for all that was appended so far to be durable.
    var ticket: DurabilityTicket {
        DurabilityTicket(
            owner: .partition(id), end: nextOffset, segmentBase: segments.last?.base ?? 0,
            position: segments.last?.size ?? 0)
    }

    /// The sync that `ticket` went with is done.
    func becameDurable(_ ticket: DurabilityTicket) {
        guard ticket.end >= durableEnd else { return }
        (durableEnd, durableSegment, durablePosition) = (ticket.end, ticket.segmentBase, ticket.position)
    }

    /// Up to where a segment may be read.
    func readableSize(_ segment: Segment) -> Int64 {
        if segment.base < durableSegment { return segment.size }
        return segment.base == durableSegment ? min(durablePosition, segment.size) : 0
    }

    /// Raises the first offset that may be read; durable when it returns.
    func deleteRecords(before offset: Int64) throws(StoreError) {
        guard offset > startOffset else { return }
        try Disk.makeFolder(folder)
        // The log must not come back shorter than its start.
        try syncActive()
        var writer = WireWriter()
        writer.int64(offset)
        try Disk.replace(folder + "/start", with: SealedFile.seal(writer.bytes))
        startOffset = offset
    }

    /// Drops what retention no longer wants. Returns whether anything went.
    func applyRetention(now: Int64) throws(StoreError) -> Bool {
        guard !segments.isEmpty else { return false }
        if settings.deletes, !isBroken, settings.retentionTime >= 0, let active = segments.last, active.size > 0,
            durableEnd == nextOffset, active.maxTimestamp < now - settings.retentionTime
        {
            try roll(now: now)
        }
        let facts = segments.map {
            RetentionPolicy.Segment(size: $0.size, endOffset: $0.nextOffset, maxTimestamp: $0.maxTimestamp)
        }
        let count = RetentionPolicy.expired(
            facts, now: now, retentionTime: settings.retentionTime, retentionBytes: settings.retentionBytes,
            startOffset: startOffset, deletes: settings.deletes)
        guard count > 0 else { return false }
        for segment in segments[..<count] { try segment.remove() }
        segments.removeFirst(count)
        startOffset = max(startOffset, segments[0].base)
        return true
    }
}
