import Glibc
import Telemetry

/// What the kernel knows of this process, in Prometheus' text.
enum ProcessMetrics {
    static func prometheusText() -> String {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime)
        return line(.processCPU, "counter", "CPU time, user and system", "\(cpu)")
            + line(
                .processMemory, "gauge", "Memory that is resident",
                "\(residentPages() * Int(sysconf(Int32(_SC_PAGESIZE))))")
            + line(.processDescriptors, "gauge", "Open descriptors", "\(openDescriptors())")
    }

    private static func line(_ name: MetricName, _ kind: String, _ help: String, _ value: String) -> String {
        "# HELP \(name.rawValue) \(help)\n# TYPE \(name.rawValue) \(kind)\n\(name.rawValue) \(value)\n"
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    private static func residentPages() -> Int {
        let fields = ProcessEnvironment.file("/proc/self/statm")?.split(separator: UInt8(ascii: " ")) ?? []
        return fields.count > 1 ? Int(String(decoding: fields[1], as: UTF8.self)) ?? 0 : 0
    }

    private static func openDescriptors() -> Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Without `.`, `..` and the descriptor of the listing itself.
        return max(0, count - 3)
    }
}
