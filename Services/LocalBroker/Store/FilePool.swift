/// Bounds the number of segment files that are open at once.
final class FilePool {
    private final class Open {
        var file: StoreFile
        var lastUse: UInt64

        init(_ file: StoreFile, _ lastUse: UInt64) { (self.file, self.lastUse) = (file, lastUse) }
    }

    private let capacity: Int
    private var open: [String: Open] = [:]
    private var clock: UInt64 = 0

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { open.count }

    /// The file at `path`, opened or created if need be. Holders may keep it; it closes with its last holder.
    func file(_ path: String) throws(StoreError) -> StoreFile {
        clock += 1
        if let found = open[path] {
            found.lastUse = clock
            return found.file
        }
        while open.count >= capacity, dropOldest() {}
        let file = try StoreFile(path: path)
        open[path] = Open(file, clock)
        return file
    }

    /// A file that somebody else holds would stay open, and be opened a second time when it is wanted.
    private func dropOldest() -> Bool {
        var oldest: (path: String, lastUse: UInt64)?
        for (path, entry) in open where entry.lastUse < oldest?.lastUse ?? .max {
            if isKnownUniquelyReferenced(&entry.file) { oldest = (path, entry.lastUse) }
        }
        guard let oldest else { return false }
        open[oldest.path] = nil
        return true
    }

    func forget(_ path: String) { open[path] = nil }
}
