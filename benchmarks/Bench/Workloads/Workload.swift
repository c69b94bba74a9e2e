/// One row of the table, or a few.
protocol Workload: Sendable {
    /// Its name in the table.
    static var name: String { get }

    /// Does the work and tells what came of it. Throws when it could not be measured.
    static func measure(on stage: Stage) async throws -> Report.Section
}

/// All of them.
enum Workloads {
    /// In the table's order.
    static let all: [any Workload.Type] = [
        PureSequence.self, WorkerSequence.self, FanOut.self, Timers.self, Crash.self, History.self, Waiting.self,
        APILoad.self, Memory.self, Fairness.self,
    ]

    /// In the order in which they disturb each other least: what fills the store comes last.
    private static let order: [any Workload.Type] = [
        WorkerSequence.self, Memory.self, PureSequence.self, FanOut.self, Timers.self, APILoad.self, Fairness.self,
        Crash.self, Waiting.self, History.self,
    ]

    /// Runs those that are asked for; what fails becomes a fault of its section.
    static func run(on stage: Stage) async -> [Report.Section] {
        let only = stage.options.only
        var sections: [Report.Section] = []
        for workload in order where only.isEmpty || only.contains(workload.name) {
            await stage.rest()
            do { sections.append(try await workload.measure(on: stage)) } catch {
                stage.tell("\(workload.name) failed: \(error)")
                sections.append(
                    Report.Section(key: workload.name, title: workload.name, figures: [], faults: ["\(error)"]))
            }
        }
        let names = all.map { $0.name }
        return sections.sorted { names.firstIndex(of: $0.key)! < names.firstIndex(of: $1.key)! }
    }
}
