import Core
import FoundationEssentials
import Glibc

/// On what, and when, something was measured.
struct MachineFacts: Sendable {
    var processor: String
    var cores: Int
    var memoryBytes: Int64
    var kernel: String
    /// Others' work when the run began: average of runnable tasks over a minute.
    var load: Double
    var time: Instant

    static func read(at time: Instant) -> MachineFacts {
        let model = TextFile.text("/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }
        let average = TextFile.text("/proc/loadavg").split(separator: " ").first
        return MachineFacts(
            processor: model?.split(separator: ":").last.map { String($0.drop { $0 == " " }) } ?? "unknown processor",
            cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)),
            memoryBytes: Int64(sysconf(Int32(_SC_PHYS_PAGES))) * Int64(sysconf(Int32(_SC_PAGESIZE))),
            kernel: TextFile.text("/proc/sys/kernel/osrelease").filter { !$0.isNewline },
            load: average.flatMap { Double($0) } ?? 0, time: time)
    }

    var summary: String {
        "\(cores) × \(processor), \(Figure.text(Double(memoryBytes) / 0x1p30)) GiB, Linux \(kernel), "
            + "load before \(Figure.text(load)), \(time)"
    }

    var json: JSON {
        [
            "processor": .string(processor), "cores": .integer(Int64(cores)), "memoryBytes": .integer(memoryBytes),
            "kernel": .string(kernel), "loadBefore": .number(load), "time": .string(time.description),
        ]
    }
}
