import Glibc

/// The groups' offsets: all in memory, and in one file that is appended to and now and then written anew.
final class OffsetStore {
    /// A partition in a group.
    struct Place: Hashable {
        var topic: String
        var partition: Int32
    }

    private let path: String
    private(set) var file: StoreFile
    private(set) var size: Int64 = 0
    private var baseline: Int64 = 0
    /// Counts the appends.
    private var revision: Int64 = 0
    private(set) var groups: [String: [Place: CommittedOffset]] = [:]

    /// Reads the file back; a torn end is cut.
    init(data: String) throws(StoreError) {
        path = data + "/offsets.log"
        try? Disk.removeFile(path + ".new")
        let isNew = !Disk.exists(path)
        file = try StoreFile(path: path)
        if isNew { try Disk.syncFolder(data) }
        let bytes = try Disk.contents(path) ?? []
        let whole = bytes.withUnsafeBytes { replay($0) }
        if whole < bytes.count { try file.truncate(to: Int64(whole)) }
        size = Int64(whole)
        baseline = size
    }

    func offset(_ group: String, _ place: Place) -> CommittedOffset? { groups[group]?[place] }

    /// What is to be synced for all commits so far to be durable.
    var ticket: DurabilityTicket { DurabilityTicket(owner: .offsets, end: revision) }

    /// Notes commits. They are durable once `file` is synced.
    func commit(_ group: String, _ offsets: [(place: Place, offset: CommittedOffset)]) throws(StoreError) {
        var writer = WireWriter()
        for (place, offset) in offsets { frame(&writer) { Self.encode(&$0, group, place, offset) } }
        try append(writer.bytes)
        for (place, offset) in offsets { groups[group, default: [:]][place] = offset }
        try rewriteIfWorthIt()
    }

    /// Forgets offsets; nil for all of the group's. They are gone for good once `file` is synced.
    func forget(_ group: String, _ places: [Place]?) throws(StoreError) {
        let gone = places ?? Array((groups[group] ?? [:]).keys)
        guard groups[group] != nil, !gone.isEmpty else { return }
        var writer = WireWriter()
        for place in gone { frame(&writer) { Self.encode(&$0, group, place, nil) } }
        try append(writer.bytes)
        for place in gone { groups[group]?[place] = nil }
        if groups[group]?.isEmpty == true { groups[group] = nil }
    }

    /// Forgets what the groups know of a topic that was deleted.
    func forgetTopic(_ topic: String) throws(StoreError) {
        for group in groups.keys.sorted() {
            try forget(group, (groups[group] ?? [:]).keys.filter { $0.topic == topic })
        }
    }

    private func append(_ bytes: [UInt8]) throws(StoreError) {
        var failure: StoreError?
        bytes.withUnsafeBytes { raw in
            do throws(StoreError) { try file.write(raw, at: size) } catch { failure = error }
        }
        if let failure {
            try? file.truncate(to: size)
            throw failure
        }
        size += Int64(bytes.count)
        revision += 1
    }

    private func frame(_ writer: inout WireWriter, _ body: (inout WireWriter) -> Void) {
        var inner = WireWriter()
        body(&inner)
        writer.byteField(SealedFile.seal(inner.bytes))
    }

    private static func encode(
        _ writer: inout WireWriter, _ group: String, _ place: Place, _ offset: CommittedOffset?
    ) {
        writer.bool(offset != nil)
        writer.string(group)
        writer.string(place.topic)
        writer.int32(place.partition)
        guard let offset else { return }
        writer.int64(offset.offset)
        writer.int32(offset.leaderEpoch)
        writer.string(offset.metadata)
        writer.int64(offset.time)
    }

    /// Returns how many bytes are whole.
    private func replay(_ bytes: UnsafeRawBufferPointer) -> Int {
        var reader = WireReader(bytes)
        var whole = 0
        while reader.remaining > 0 {
            let sealed = reader.byteField()
            guard !reader.isBroken, let body = SealedFile.open(sealed) else { break }
            let isRead: Bool = body.withUnsafeBytes { raw in
                var inner = WireReader(raw)
                let isSet = inner.bool()
                let group = inner.string()
                let place = Place(topic: inner.string(), partition: inner.int32())
                if isSet {
                    groups[group, default: [:]][place] = CommittedOffset(
                        offset: inner.int64(), leaderEpoch: inner.int32(), metadata: inner.string(),
                        time: inner.int64())
                } else {
                    groups[group]?[place] = nil
                    if groups[group]?.isEmpty == true { groups[group] = nil }
                }
                return !inner.isBroken
            }
            guard isRead else { break }
            whole = reader.position
        }
        return whole
    }

    /// Writes the file anew when most of it is history. A failure leaves the old one in use.
    private func rewriteIfWorthIt() throws(StoreError) {
        guard size > 1 << 20, size > 4 * baseline else { return }
        var writer = WireWriter()
        for group in groups.keys.sorted() {
            let places = (groups[group] ?? [:]).sorted {
                ($0.key.topic, $0.key.partition) < ($1.key.topic, $1.key.partition)
            }
            for (place, offset) in places { frame(&writer) { Self.encode(&$0, group, place, offset) } }
        }
        guard (try? Disk.replace(path, with: writer.bytes)) != nil else { return }
        file = try StoreFile(path: path)
        size = Int64(writer.count)
        baseline = size
    }
}
