import CEpoll
import Glibc
import Synchronization

/// Makes what was appended to many logs durable by one sync: the batches are written a second time, to a file that has
/// its size and its blocks already, so that a sync of it changes nothing else. There are two such files, segments, used
/// in turn: a full one is free again once the logs that it speaks for are durable themselves.
///
/// One thread writes, another settles what is full. What finds no room is no error: it is synced where it lies.
final class Journal: Sendable {
    /// Logs that are to be durable for a segment to be free.
    struct Checkpoint: Sendable {
        /// Nil when no segment comes free by it.
        var segment: Int?
        var files: [Int: StoreFile]
    }

    /// Bytes that are written at once; more is bulk, for which writing it twice costs more than the syncs.
    static let maxRound = 1 << 20
    /// Logs that it may speak for at a time, since all of them are kept open.
    static let maxFiles = 192

    private struct State: Sendable {
        var uses: [Int64]
        var lastUse: Int64
        var current = 0
        var position = Int64(JournalRecord.size)
        /// Logs with something in the current segment.
        var files: [Int: StoreFile] = [:]
        var isOtherFree = true
        /// Logs that the other segment still speaks for.
        var settling: [Int: StoreFile] = [:]
        var full: [Checkpoint] = []
        var isRetired = false

        /// How many more logs may be held open.
        var room: Int { Journal.maxFiles - files.count - settling.keys.count { files[$0] == nil } }
    }

    let segments: [StoreFile]
    private let segmentBytes: Int64
    private let state: Mutex<State>
    /// Readable when there is something to settle.
    let signal: Int32

    /// Where the segments are.
    static func paths(_ data: String) -> [String] { (0..<2).map { data + "/journal/" + String($0) } }

    /// Takes the segments away; what was in them must be durable elsewhere.
    static func remove(_ data: String) throws(StoreError) {
        for path in paths(data) where Disk.exists(path) { try Disk.removeFile(path) }
    }

    /// Begins anew: what was in it must be durable elsewhere. `lastUse` is the number of the last use so far.
    init(data: String, segmentBytes: Int, lastUse: Int64) throws(StoreError) {
        try Disk.makeFolder(data + "/journal")
        var segments: [StoreFile] = []
        do throws(StoreError) {
            for path in Self.paths(data) { segments.append(try Self.segment(path, size: Int64(segmentBytes))) }
        } catch {
            // Half a journal would only take the room that is missing.
            try? Self.remove(data)
            throw error
        }
        try Disk.syncFolder(data + "/journal")
        try Disk.syncFolder(data)
        self.segments = segments
        self.segmentBytes = Int64(segmentBytes)
        state = Mutex(State(uses: [lastUse + 1, lastUse + 2], lastUse: lastUse + 2))
        signal = eventfd(0, Int32(EFD_CLOEXEC))
        for (place, segment) in segments.enumerated() { try Self.begin(segment, use: lastUse + 1 + Int64(place)) }
    }

    deinit { close(signal) }

    /// The file at `path`, all zero if it is new or not such a file.
    private static func segment(_ path: String, size: Int64) throws(StoreError) -> StoreFile {
        if Disk.exists(path) {
            let file = try StoreFile(path: path)
            if try file.size() == size { return file }
        }
        try Disk.removeFile(path)
        let file = try StoreFile(path: path)
        let zeros = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { zeros.deallocate() }
        zeros.initializeMemory(as: UInt8.self, repeating: 0)
        var position: Int64 = 0
        while position < size {
            let count = Int(min(size - position, Int64(zeros.count)))
            try file.write(UnsafeRawBufferPointer(rebasing: zeros[..<count]), at: position)
            position += Int64(count)
        }
        try file.sync()
        return file
    }

    /// Makes all that stands in a segment that of a former use.
    private static func begin(_ segment: StoreFile, use: Int64) throws(StoreError) {
        try withUnsafeTemporaryAllocation(byteCount: JournalRecord.size, alignment: 8) { head throws(StoreError) in
            JournalRecord.beginning(use).seal(head)
            try segment.write(UnsafeRawBufferPointer(head), at: 0)
        }
        try segment.sync()
    }

    // MARK: The thread that writes

    /// Makes ranges durable; returns those that there was no room for. After a failure nothing is written any more.
    func write(_ ranges: [LogRange]) throws(StoreError) -> [LogRange] {
        guard let place = reserve(ranges), !place.taken.isEmpty else { return ranges }
        do throws(StoreError) {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.size(place.taken), alignment: 16)
            defer { buffer.deallocate() }
            try Self.fill(buffer, place.taken, use: place.use)
            try place.segment.write(UnsafeRawBufferPointer(buffer), at: place.position)
            try place.segment.sync()
        } catch {
            retire()
            throw error
        }
        return place.left
    }

    private static func size(_ ranges: [LogRange]) -> Int {
        ranges.reduce(0) { $0 + JournalRecord.size + $1.count }
    }

    private static func fill(
        _ buffer: UnsafeMutableRawBufferPointer, _ ranges: [LogRange], use: Int64
    ) throws(StoreError) {
        var start = 0
        for range in ranges {
            let end = start + JournalRecord.size + range.count
            let batches = UnsafeMutableRawBufferPointer(rebasing: buffer[start + JournalRecord.size..<end])
            let count = try range.file.read(into: batches, at: range.position)
            guard count == range.count else { throw StoreError("read", range.file.path, code: EIO) }
            let record = JournalRecord(
                use: use, topic: range.topic, partition: range.partition, base: range.base, count: count)
            record.seal(UnsafeMutableRawBufferPointer(rebasing: buffer[start..<end]))
            start = end
        }
    }

    private struct Reservation {
        var segment: StoreFile
        var position: Int64
        var use: Int64
        var taken: [LogRange] = []
        var left: [LogRange] = []
    }

    private func reserve(_ ranges: [LogRange]) -> Reservation? {
        let size = Self.size(ranges)
        guard size <= Self.maxRound else { return nil }
        return state.withLock { state in
            guard !state.isRetired else { return nil }
            let fresh = ranges.count { state.files[$0.owner] == nil }
            if state.position + Int64(size) > segmentBytes || fresh > 0 && fresh > state.room { turn(&state) }
            guard state.position + Int64(size) <= segmentBytes else { return nil }
            var place = Reservation(
                segment: segments[state.current], position: state.position, use: state.uses[state.current])
            for range in ranges {
                if state.files[range.owner] == nil, state.settling[range.owner] == nil, state.room <= 0 {
                    place.left.append(range)
                } else {
                    state.files[range.owner] = range.file
                    place.taken.append(range)
                }
            }
            state.position += Int64(Self.size(place.taken))
            return place
        }
    }

    /// Goes on with the other segment, if it is free.
    private func turn(_ state: inout State) {
        guard state.isOtherFree else { return }
        state.full.append(Checkpoint(segment: state.current, files: state.files))
        (state.settling, state.files) = (state.files, [:])
        state.current = 1 - state.current
        state.position = Int64(JournalRecord.size)
        state.isOtherFree = false
        eventfd_write(signal, 1)
    }

    /// Nothing relies on the journal any longer than its logs take to be durable.
    private func retire() {
        state.withLock { state in
            state.isRetired = true
            state.full.append(Checkpoint(segment: nil, files: state.files))
            state.files = [:]
        }
        eventfd_write(signal, 1)
    }

    // MARK: The thread that settles

    /// What is to be made durable next.
    func nextCheckpoint() -> Checkpoint? {
        state.withLock { $0.full.isEmpty ? nil : $0.full.removeFirst() }
    }

    /// All of the checkpoint's logs are durable, or they are not: then what the journal has must stay.
    func finish(_ checkpoint: Checkpoint, isDurable: Bool) throws(StoreError) {
        guard isDurable else { return retire() }
        let use: Int64? = state.withLock { state in
            guard !state.isRetired, let segment = checkpoint.segment else { return nil }
            state.lastUse += 1
            state.uses[segment] = state.lastUse
            return state.lastUse
        }
        guard let use, let segment = checkpoint.segment else { return }
        do throws(StoreError) {
            try Self.begin(segments[segment], use: use)
        } catch {
            retire()
            throw error
        }
        state.withLock { ($0.isOtherFree, $0.settling) = (true, [:]) }
    }

    // MARK: Any thread

    /// Lets go of logs that were removed meanwhile.
    func forgetRemoved() {
        state.withLock { state in state.files = state.files.filter { !$0.value.isRemoved } }
    }

    /// Makes durable what the journal speaks for and empties it. No other thread may use it any more.
    func empty() throws(StoreError) {
        let (files, isRetired) = state.withLock { ($0.files, $0.isRetired) }
        for file in files.values where !file.isRemoved { try file.sync() }
        guard !isRetired else { return }
        for (place, segment) in segments.enumerated() {
            try Self.begin(segment, use: state.withLock { $0.lastUse } + 1 + Int64(place))
        }
    }
}
