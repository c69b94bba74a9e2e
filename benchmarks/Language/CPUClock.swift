import Glibc

/// Time that this thread has computed: other programs on the machine do not count.
enum CPUClock {
    static func nanoseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }

    /// The time of one repetition of each of `works`, which take turns, so that what slows the machine down slows down
    /// all. The best of `rounds`, each of about `slice` nanoseconds.
    static func best(rounds: Int, slice: Double = 1e7, _ works: [(Int) -> Void]) -> [Double] {
        var best = works.map { _ in Double.infinity }
        var times = works.map { work in
            work(1)
            let began = nanoseconds()
            work(3)
            return max(1, Int(slice * 3 / max(1, nanoseconds() - began)))
        }
        for _ in 0..<rounds {
            for (at, work) in works.enumerated() {
                let began = nanoseconds()
                work(times[at])
                let spent = nanoseconds() - began
                best[at] = min(best[at], spent / Double(times[at]))
                times[at] = max(1, Int(Double(times[at]) * slice / max(1, spent)))
            }
        }
        return best
    }
}
