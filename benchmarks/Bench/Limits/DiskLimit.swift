import Glibc
import Lifecycle

/// How long the disk takes to make a little data durable: below every commit and every acknowledged message.
actor DiskLimit {
    private let thread = ThreadExecutor(name: "disk-limit")

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    deinit { thread.stop() }

    /// Appends 4 KiB and syncs, again and again, to a file in `folder` that is removed afterwards. Throws `BenchError`.
    func measure(in folder: String, for duration: Duration) throws -> Samples {
        let path = "\(folder)/bench-\(getpid()).sync"
        let file = open(path, O_CREAT | O_WRONLY | O_APPEND | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw BenchError("\(path) cannot be made") }
        defer {
            close(file)
            unlink(path)
        }
        let block = [UInt8](repeating: 0x5A, count: 4096)
        var samples = Samples()
        let end = ContinuousClock.now.advanced(by: duration)
        while samples.count == 0 || ContinuousClock.now < end {
            let began = ContinuousClock.now
            guard write(file, block, block.count) == block.count, fdatasync(file) == 0 else {
                throw BenchError("\(path) cannot be written")
            }
            samples.add(ContinuousClock.now - began)
        }
        return samples
    }
}
