import Glibc

/// CPU seconds that the stack's processes have used, by the part's name.
struct CPUTimes: Sendable {
    var seconds: [String: Double] = [:]

    /// All parts together.
    var total: Double { names.reduce(0) { $0 + seconds[$1]! } }
    var names: [String] { seconds.keys.sorted() }

    /// Of all processes that the run folder has records of; Postgres with all its backends, ended ones included.
    static func read(run folder: String) -> CPUTimes {
        var times = CPUTimes()
        let all = TextFile.names("/proc").filter { $0.allSatisfy(\.isNumber) }.compactMap { Process(number: $0) }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        for part in StackProcess.all(run: folder) {
            guard let own = all.first(where: { $0.number == part.number }) else { continue }
            let children = all.filter { $0.parent == part.number }.reduce(0) { $0 + $1.ticks }
            times.seconds[part.name] = Double(own.ticks + children) / ticks
        }
        return times
    }

    /// The name under which this process stands among the parts.
    static let own = "cadenza-bench"

    /// Those, and this process.
    static func readWithOwn(run folder: String) -> CPUTimes {
        var (times, used) = (read(run: folder), timespec())
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used)
        times.seconds[own] = Double(used.tv_sec) + Double(used.tv_nsec) * 1e-9
        return times
    }

    static func - (after: CPUTimes, before: CPUTimes) -> CPUTimes {
        var difference = after
        for (name, value) in before.seconds { difference.seconds[name, default: value] -= value }
        return difference
    }

    /// What /proc says of one process.
    struct Process: Sendable {
        var number: Int
        var parent: Int
        /// Its own time and that of the children it has waited for, in clock ticks.
        var ticks: Int

        init?(number: String) { self.init(stat: TextFile.text("/proc/\(number)/stat")) }

        /// Reads a line of /proc/…/stat. The program's name, in parentheses, may hold blanks and parentheses itself.
        init?(stat: String) {
            guard let end = stat.lastIndex(of: ")"), let number = Int(stat.prefix { $0 != " " }) else { return nil }
            let fields = stat[stat.index(after: end)...].split(separator: " ")
            guard fields.count > 14, let parent = Int(fields[1]) else { return nil }
            (self.number, self.parent) = (number, parent)
            ticks = fields[11...14].reduce(0) { $0 + (Int($1) ?? 0) }
        }
    }
}
