import Core
import Glibc

/// A process of the stack, from its record in the run folder.
struct StackProcess: Sendable {
    /// The part's name.
    var name: String
    var number: Int

    /// All that the run folder has records of.
    static func all(run folder: String) -> [StackProcess] {
        TextFile.names("\(folder)/processes").filter { $0.hasSuffix(".json") }.compactMap { file in
            let record = try? JSON(parsing: TextFile.text("\(folder)/processes/\(file)"))
            return record?["pid"]?.int.map { StackProcess(name: String(file.dropLast(5)), number: $0) }
        }
    }

    /// When it was started, to a hundredth of a second; nil when it is gone.
    var started: ContinuousClock.Instant? {
        let stat = TextFile.text("/proc/\(number)/stat")
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let ticks = Double(fields[19]) else { return nil }
        var now = timespec()
        clock_gettime(CLOCK_BOOTTIME, &now)
        let age = Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9 - ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
        return ContinuousClock.now - .seconds(age)
    }
}
