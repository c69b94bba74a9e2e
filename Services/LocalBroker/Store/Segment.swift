import Glibc
import LocalBrokerDomain

/// One file of a partition's log. The index of a sealed segment is read again when it is wanted.
final class Segment {
    let base: Int64
    let folder: String
    /// Bytes of whole batches.
    var size: Int64 = 0
    /// The offset after the last batch.
    var nextOffset: Int64
    var maxTimestamp: Int64 = -1
    /// When the first batch was appended, in milliseconds of the epoch.
    var openedAt: Int64?
    /// Whether compaction has been over it.
    var isCompacted = false
    private var loaded: SegmentIndex?
    private let pool: FilePool

    init(base: Int64, folder: String, pool: FilePool) {
        (self.base, self.folder, self.pool) = (base, folder, pool)
        nextOffset = base
    }

    deinit { pool.forget(path) }

    static func name(_ base: Int64) -> String {
        let digits = String(base)
        return String(repeating: "0", count: max(0, 20 - digits.count)) + digits
    }

    var path: String { folder + "/" + Self.name(base) + ".log" }
    var indexPath: String { folder + "/" + Self.name(base) + ".index" }
    var producersPath: String { folder + "/" + Self.name(base) + ".producers" }

    func file() throws(StoreError) -> StoreFile { try pool.file(path) }

    /// Takes up an index, and the numbers in it.
    func adopt(_ index: SegmentIndex) {
        loaded = index
        size = index.size
        nextOffset = max(base, index.nextOffset)
        maxTimestamp = index.maxTimestamp
    }

    func note(_ header: BatchHeader, at position: Int64) {
        var index = loaded ?? SegmentIndex(base: base)
        loaded = nil
        index.add(header, at: position)
        adopt(index)
    }

    /// The index, from memory, from its file, or from the log itself.
    func index(_ scanner: SegmentScanner) throws(StoreError) -> SegmentIndex {
        if let loaded { return loaded }
        let size = size == 0 ? try file().size() : size
        if let bytes = try Disk.contents(indexPath), let index = SegmentIndex(bytes), index.size == size {
            adopt(index)
            return index
        }
        var index = SegmentIndex(base: base)
        _ = try scanner.scan(try file(), from: 0, limit: size, verify: false) { header, position in
            index.add(header, at: position)
            return true
        }
        adopt(index)
        try? Disk.replace(indexPath, with: index.encoded, sync: false)
        return index
    }

    /// Writes the index beside the log and lets go of it.
    func seal() {
        guard let loaded else { return }
        try? Disk.replace(indexPath, with: loaded.encoded, sync: false)
        self.loaded = nil
    }

    /// Lets go of what can be read again.
    func relax() { loaded = nil }

    /// Takes the segment's files away.
    func remove() throws(StoreError) {
        pool.forget(path)
        for path in [path, indexPath, producersPath] { try Disk.removeFile(path) }
    }
}
