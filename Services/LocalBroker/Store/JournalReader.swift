import Glibc

/// What a former run left in the journal.
struct JournalReader {
    /// A file of the journal that was in use.
    private struct Used {
        var use: Int64
        var file: StoreFile
    }

    /// In the order of their use.
    private var segments: [Used] = []

    /// The number of the last use of a segment; 0 if there was none.
    var lastUse: Int64 { segments.last?.use ?? 0 }

    /// Looks at the journal in the data folder; there may be none.
    init(data: String) throws(StoreError) {
        for path in Journal.paths(data) where Disk.exists(path) {
            let file = try StoreFile(path: path, flags: O_RDONLY)
            guard let first = try Self.record(file, at: 0, upTo: try file.size()), first.head.isBeginning else {
                continue
            }
            guard first.head.base == JournalRecord.version else { throw StoreError("understand", path, code: EPROTO) }
            segments.append(Used(use: first.head.use, file: file))
        }
        segments.sort { $0.use < $1.use }
    }

    /// Visits the records in the order in which they were written, up to the first of each segment that is not whole or
    /// belongs to a former use.
    func visit(
        _ body: (JournalRecord, UnsafeRawBufferPointer) throws(StoreError) -> Void
    ) throws(StoreError) {
        for segment in segments {
            let size = try segment.file.size()
            var position = Int64(JournalRecord.size)
            while let found = try Self.record(segment.file, at: position, upTo: size), found.head.use == segment.use {
                var failure: StoreError?
                found.whole.withUnsafeBytes { whole in
                    let batches = UnsafeRawBufferPointer(rebasing: whole[JournalRecord.size...])
                    do throws(StoreError) { try body(found.head, batches) } catch { failure = error }
                }
                if let failure { throw failure }
                position += Int64(found.whole.count)
            }
        }
    }

    /// The record at `position`; nil if there is none that is whole.
    private static func record(
        _ file: StoreFile, at position: Int64, upTo size: Int64
    ) throws(StoreError) -> (head: JournalRecord, whole: [UInt8])? {
        let start = try bytes(file, position, JournalRecord.size)
        guard let head = start.withUnsafeBytes({ JournalRecord($0) }),
            Int64(head.count) <= size - position - Int64(JournalRecord.size)
        else { return nil }
        let whole = try bytes(file, position, JournalRecord.size + head.count)
        return whole.withUnsafeBytes { JournalRecord.isWhole($0) } ? (head, whole) : nil
    }

    private static func bytes(_ file: StoreFile, _ position: Int64, _ count: Int) throws(StoreError) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 8)
        defer { buffer.deallocate() }
        let read = try file.read(into: buffer, at: position)
        return [UInt8](UnsafeRawBufferPointer(buffer)[..<read])
    }
}
