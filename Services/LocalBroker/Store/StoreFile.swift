import Glibc
import Synchronization

/// An open file, closed with its last reference. Positions are always given: threads may share one.
final class StoreFile: Sendable {
    let descriptor: Int32
    let path: String
    private let hasFailed = Atomic<Bool>(false)
    private let syncCount = Atomic<Int>(0)

    init(path: String, flags: Int32 = O_RDWR | O_CREAT) throws(StoreError) {
        let descriptor = open(path, flags | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw StoreError("open", path) }
        (self.descriptor, self.path) = (descriptor, path)
    }

    deinit { close(descriptor) }

    func size() throws(StoreError) -> Int64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw StoreError("inspect", path) }
        return Int64(status.st_size)
    }

    /// Writes all of `bytes`, or throws with an unknown part of them written.
    func write(_ bytes: UnsafeRawBufferPointer, at position: Int64) throws(StoreError) {
        var done = 0
        while done < bytes.count {
            let count = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(position) + off_t(done))
            if count > 0 {
                done += count
            } else if count == 0 || errno != EINTR {
                throw StoreError("write to", path, code: count == 0 ? ENOSPC : errno)
            }
        }
    }

    /// Fills `buffer` from `position`; returns fewer bytes only at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int64) throws(StoreError) -> Int {
        var done = 0
        while done < buffer.count {
            let count = pread(
                descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(position) + off_t(done))
            if count > 0 {
                done += count
            } else if count == 0 {
                break
            } else if errno != EINTR {
                throw StoreError("read", path)
            }
        }
        return done
    }

    func truncate(to size: Int64) throws(StoreError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw StoreError("truncate", path) }
    }

    /// Returns when all that was written is on the disk. The system tells of a failure once and then forgets it; this
    /// one is told of ever after.
    func sync() throws(StoreError) {
        guard !hasFailed.load(ordering: .acquiring) else { throw StoreError("sync", path, code: EIO) }
        syncCount.add(1, ordering: .relaxed)
        while fdatasync(descriptor) != 0 {
            guard errno == EINTR else {
                let error = StoreError("sync", path)
                hasFailed.store(true, ordering: .releasing)
                throw error
            }
        }
    }

    /// How often it was synced.
    var syncs: Int { syncCount.load(ordering: .relaxed) }

    /// Whether no folder has it any more.
    var isRemoved: Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_nlink == 0
    }
}
