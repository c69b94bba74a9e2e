import Core
import Synchronization

/// Memory that the stack's processes hold, in MB (resident, shared pages included), by the part's name.
struct MemoryUse: Sendable {
    var megabytes: [String: Double] = [:]

    /// Of the services and the broker; those of Postgres share most of their pages, so adding them up says nothing.
    static func read(run folder: String) -> MemoryUse {
        var use = MemoryUse()
        for process in StackProcess.all(run: folder) where process.name != "postgres" {
            let status = TextFile.text("/proc/\(process.number)/status").split(separator: "\n")
            guard let line = status.first(where: { $0.hasPrefix("VmRSS:") }),
                let kilobytes = Double(line.split(separator: " ").dropFirst().first ?? "")
            else { continue }
            use.megabytes[process.name] = kilobytes * 1024 / 1e6
        }
        return use
    }

    /// The larger of both for each part.
    mutating func formPeak(_ other: MemoryUse) { megabytes.merge(other.megabytes, uniquingKeysWith: max) }

    /// The largest among these parts.
    func largest(of names: Set<String>) -> (name: String, megabytes: Double)? {
        megabytes.filter { names.contains($0.key) }.max { ($0.value, $1.key) < ($1.value, $0.key) }
            .map { ($0.key, $0.value) }
    }

    /// The peaks while `body` runs, looked at ten times a second.
    static func peak<Value>(run folder: String?, _ body: () async throws -> Value) async throws -> (Value, MemoryUse) {
        guard let folder else { return (try await body(), MemoryUse()) }
        return try await withThrowingTaskGroup(of: MemoryUse.self) { group in
            group.addTask {
                var peak = MemoryUse()
                while !Task.isCancelled {
                    peak.formPeak(read(run: folder))
                    try? await ContinuousClock().sleep(for: .milliseconds(100))
                }
                return peak
            }
            let value = try await body()
            group.cancelAll()
            return (value, try await group.next() ?? MemoryUse())
        }
    }
}
