import Glibc

/// Takes deleted topics off the disk.
struct Maintenance {
    let trash: String

    func emptyTrash() {
        guard let names = try? Disk.names(in: trash) else { return }
        for name in names { try? Disk.removeTree(trash + "/" + name) }
    }
}

extension Broker {
    /// Drops what the topics no longer want to keep.
    func applyRetention() {
        for log in topics.partitions.values {
            do throws(StoreError) { _ = try log.applyRetention(now: wallNow) } catch { complain(error) }
        }
    }
}
