/// Bounds the number of segment files that are open at once.
final class FilePool {
    private struct Open {
        var file: StoreFile
        var lastUse: UInt64
    }

    private let capacity: Int
    private var open: [String: Open] = [:]
    private var clock: UInt64 = 0

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { open.count }

    /// The file at `path`, opened or created if need be. Holders may keep it; it closes with its last holder.
    func file(_ path: String) throws(StoreError) -> StoreFile {
        clock += 1
        if let found = open[path]?.file {
            open[path]?.lastUse = clock
            return found
        }
        if open.count >= capacity, let oldest = open.min(by: { $0.value.lastUse < $1.value.lastUse })?.key {
            open[oldest] = nil
        }
        let file = try StoreFile(path: path)
        open[path] = Open(file: file, lastUse: clock)
        return file
    }

    func forget(_ path: String) { open[path] = nil }
}
