import Glibc
import LocalBrokerDomain

@testable import LocalBroker

/// Topics on a folder, made durable by a journal, whose power may be cut.
final class JournalFixture {
    let folder: String
    let topics: TopicStore
    let journal: Journal
    let syncer: Syncer
    let gaps: [PartitionLog.Gap]
    /// What the journal held when it was opened: partition and first offset of each record.
    let held: [(partition: Int32, base: Int64)]
    private let segmentBytes: Int
    /// How much of each log is on the disk for sure, and after how many syncs that was.
    private var durable: [String: (syncs: Int, size: Int64)] = [:]
    /// The numbers of the next batches.
    private var sequences: [String: Int32] = [:]

    init(_ folder: String, segmentBytes: Int = 64 << 10) throws {
        (self.folder, self.segmentBytes) = (folder, segmentBytes)
        topics = try TopicStore(data: folder, openFiles: 1000)
        _ = try topics.recover()
        let left = try JournalReader(data: folder)
        held = try Self.records(left)
        gaps = try topics.replay(left)
        journal = try Journal(data: folder, segmentBytes: segmentBytes, lastUse: left.lastUse)
        syncer = Syncer(journal: journal)
        noteSyncs()
    }

    static func records(_ reader: JournalReader) throws -> [(partition: Int32, base: Int64)] {
        var records: [(partition: Int32, base: Int64)] = []
        try reader.visit { (head, _) throws(StoreError) in records.append((head.partition, head.base)) }
        return records
    }

    var journalSyncs: Int { journal.segments.reduce(0) { $0 + $1.syncs } }

    func logSyncs() throws -> Int { try files().reduce(0) { $0 + $1.syncs } }

    func files() throws -> [StoreFile] {
        try topics.sorted.flatMap(\.partitions).flatMap(\.segments).map { try $0.file() }
    }

    /// Appends a batch to each of the partitions, more than once if it is named more than once.
    func append(_ topic: String, _ partitions: [Int32], size: Int = 100) throws -> Syncer.Work {
        var work = Syncer.Work()
        for index in partitions {
            let log = topics.partition(topic, index)!
            let sequence = sequences["\(topic)-\(index)", default: 0]
            sequences["\(topic)-\(index)"] = sequence + 1
            var batch = LogFixture.batch(size, producer: Int64(index) + 1, sequence: sequence)
            let header = batch.withUnsafeBytes { BatchHeader($0)! }
            try batch.withUnsafeMutableBytes { work.add(try log.append(header, $0, now: 1000)) }
            work.folders += log.freshFolders
            log.freshFolders = []
            work.tickets.append(log.ticket)
        }
        return work
    }

    /// Appends and makes durable. Returns what the disk said.
    @discardableResult
    func round(_ topic: String, _ partitions: [Int32], size: Int = 100) throws -> StoreError? {
        let outcome = syncer.perform([try append(topic, partitions, size: size)])
        noteSyncs()
        guard outcome.error == nil else { return outcome.error }
        for ticket in outcome.tickets {
            if case .partition(let id) = ticket.owner { topics.partitions[id]?.becameDurable(ticket) }
        }
        return nil
    }

    /// Settles what is full. Returns what was reported.
    func settle() -> [Syncer.Outcome] {
        let checkpointer = Checkpointer(journal) { [syncer] in syncer.report($0) }
        while checkpointer.settle() {}
        noteSyncs()
        return syncer.outcomes()
    }

    /// Notes how much of the logs is on the disk; nothing is written while they are synced here.
    func noteSyncs() {
        for file in (try? files()) ?? [] where file.syncs > durable[file.path]?.syncs ?? 0 {
            durable[file.path] = (file.syncs, (try? file.size()) ?? 0)
        }
    }

    /// Cuts the power: of what was not synced an arbitrary part is left, with a hole in it. Opens what is left.
    func cutPower(seed: Int) throws -> JournalFixture {
        for (place, file) in try files().enumerated() {
            let (safe, size) = (durable[file.path]?.size ?? 0, try file.size())
            let left = safe + (size - safe) * Int64((seed &+ place) % 5) / 4
            try file.truncate(to: left)
            if left > safe {
                let hole = [UInt8](repeating: 0, count: Int(min(40, left - safe)))
                try hole.withUnsafeBytes { try file.write($0, at: safe + (left - safe - Int64(hole.count)) / 2) }
            }
            if left == 0 { try Disk.removeFile(file.path) }
        }
        return try JournalFixture(folder, segmentBytes: segmentBytes)
    }

    /// Everything readable in a partition.
    func offsets(_ topic: String, _ partition: Int32) throws -> [Int64] {
        let log = topics.partition(topic, partition)!
        var found: [Int64] = []
        var next = log.startOffset
        while let slice = try log.read(from: next, limit: 1) {
            let start = next
            _ = try log.scanner.scan(
                slice.file, from: slice.position, limit: slice.position + Int64(slice.count), verify: true
            ) { header, _ in
                found.append(header.baseOffset)
                next = header.lastOffset + 1
                return true
            }
            // Nothing whole is left where something should be.
            guard next > start else { return found + [-1] }
        }
        return found
    }
}
