import Glibc
import LocalBrokerDomain

/// One pass over the sealed segments of a compacted partition. Runs beside the broker: it reads segments, which nobody
/// changes any more, and writes `.cleaned` files next to them, which the broker then puts in their place.
struct Compaction: Sendable {
    /// How many keys one pass remembers; what is beyond waits for the next.
    private static let maxKeys = 500_000

    var partition: Int
    /// Files and their sizes, oldest first.
    var segments: [(base: Int64, path: String, size: Int64)]
    /// Deletions older than this time, in milliseconds of the epoch, are forgotten.
    var deletionHorizon: Int64

    /// What a pass came to.
    struct Outcome: Sendable {
        var partition: Int
        /// The segments looked at; those with a file are to be replaced by it, in this order.
        var segments: [(base: Int64, cleaned: String?)] = []
        var error: StoreError?
    }

    static func cleanedPath(_ path: String) -> String { path + ".cleaned" }

    func run() -> Outcome {
        var outcome = Outcome(partition: partition)
        let scanner = SegmentScanner()
        var newest: [[UInt8]: Int64] = [:]
        do throws(StoreError) {
            var covered: [(base: Int64, path: String, size: Int64)] = []
            for segment in segments where newest.count < Self.maxKeys {
                try batches(of: segment, scanner) { batch in
                    _ = RecordReader.records(in: batch) { record in
                        if let key = record.key { newest[[UInt8](key)] = record.offset }
                        return true
                    }
                }
                covered.append(segment)
            }
            for segment in covered {
                outcome.segments.append((segment.base, try clean(segment, scanner, newest)))
            }
        } catch {
            outcome.error = error
        }
        return outcome
    }

    private func batches(
        of segment: (base: Int64, path: String, size: Int64), _ scanner: SegmentScanner,
        _ visit: (UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) {
        let file = try StoreFile(path: segment.path, flags: O_RDONLY)
        var places: [(position: Int64, size: Int)] = []
        _ = try scanner.scan(file, from: 0, limit: segment.size, verify: false) { header, position in
            places.append((position, header.totalSize))
            return true
        }
        for place in places { visit(try scanner.batch(file, at: place.position, size: place.size)) }
        scanner.shrink()
    }

    /// Writes what is left of a segment; nil if that is all of it.
    private func clean(
        _ segment: (base: Int64, path: String, size: Int64), _ scanner: SegmentScanner, _ newest: [[UInt8]: Int64]
    ) throws(StoreError) -> String? {
        let path = Self.cleanedPath(segment.path)
        let output = try StoreFile(path: path, flags: O_RDWR | O_CREAT | O_TRUNC)
        var size: Int64 = 0
        var failure: StoreError?
        func write(_ bytes: UnsafeRawBufferPointer) {
            guard failure == nil else { return }
            do throws(StoreError) {
                try output.write(bytes, at: size)
                size += Int64(bytes.count)
            } catch { failure = error }
        }
        try batches(of: segment, scanner) { batch in
            let outcome = BatchCompaction.compact(batch, checksum: Checksum.crc32c) { record in
                guard let key = record.key, newest[[UInt8](key)] == record.offset else { return false }
                return !record.isTombstone || record.timestamp >= deletionHorizon
            }
            switch outcome {
            case .unchanged: write(batch)
            case .dropped: break
            case .shrunk(let bytes): bytes.withUnsafeBytes { write($0) }
            }
        }
        if failure != nil || size == segment.size { try Disk.removeFile(path) }
        if let failure { throw failure }
        guard size < segment.size else { return nil }
        try output.sync()
        return path
    }
}
