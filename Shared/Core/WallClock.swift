import Glibc

/// Where the time comes from. Shells are given one; domains are given instants.
public protocol WallClock: Sendable {
    /// The present moment.
    func now() -> Instant
    /// Returns once `instant` has passed; throws `CancellationError` when the task is cancelled first.
    func sleep(until instant: Instant) async throws
}

/// The machine's clock.
public struct SystemClock: WallClock {
    /// The machine's clock.
    public init() {}

    /// The present moment by `CLOCK_REALTIME`.
    public func now() -> Instant {
        // As two words: beside a C++ library an optimised build finds the members of `timespec` in a module of the
        // compiler's own, which cannot be imported.
        var time = (seconds: 0, nanoseconds: 0)
        withUnsafeMutableBytes(of: &time) { bytes in
            precondition(bytes.count == MemoryLayout<timespec>.size, "timespec is two words")
            clock_gettime(CLOCK_REALTIME, bytes.baseAddress!.assumingMemoryBound(to: timespec.self))
        }
        return Instant(microseconds: Int64(time.seconds) * 1_000_000 + Int64(time.nanoseconds) / 1000)
    }

    /// Sleeps on the monotonic clock for the time that is left.
    public func sleep(until instant: Instant) async throws {
        let left = instant - now()
        if left > .zero { try await Task.sleep(for: left) }
    }
}
