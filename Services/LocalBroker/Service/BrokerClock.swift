import Glibc

/// The two clocks a broker reads.
enum BrokerClock {
    /// Milliseconds that never jump.
    static func monotonic() -> Int64 { read(CLOCK_MONOTONIC) }

    /// Milliseconds of the epoch.
    static func wall() -> Int64 { read(CLOCK_REALTIME) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
