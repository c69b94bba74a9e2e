import Glibc
import Synchronization

/// Tells a thread that waits in `poll` to stop.
final class StopPipe: Sendable {
    let reading: Int32
    private let writing: Int32

    init?() {
        let ends: [Int32]? = descriptors.withLock { _ in
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { return nil }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return ends
        }
        guard let ends else { return nil }
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        close(reading)
        close(writing)
    }

    /// Tells it; once is enough.
    func request() {
        var byte: UInt8 = 1
        _ = write(writing, &byte, 1)
    }
}
