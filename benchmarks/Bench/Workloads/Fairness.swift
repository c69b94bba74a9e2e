import Core

/// Fair: one tenant floods; nine others send one task a second each. First the nine alone, then a flood alone, then
/// all, then a flood alone again, since the machine may have changed meanwhile. The floods are of one size: what is
/// done for tasks after they have begun lags behind in the beginning, so that a small one looks faster.
enum Fairness: Workload {
    static let name = "Fair"
    static let others = 9

    /// What was measured.
    struct Outcome: Sendable {
        var alone = Delays()
        var beside = Delays()
        var floodAlone = Flood()
        var flood = Flood()
    }

    /// How long tasks of tenants in no haste waited for their beginning, from before the request and from its answer.
    struct Delays: Sendable {
        var submitted = Samples()
        var accepted = Samples()
        /// How many of the flood's began meanwhile; as true on a busy machine.
        var passed: [Int] = []
        var missing = 0
        /// How many were sent a second.
        var rate = 0.0
    }

    /// Tasks of the one that floods.
    struct Flood: Sendable {
        var count = 0
        var begun = 0
        /// From the first request to the last answer, and to the last beginning.
        var submitting: Duration = .zero
        var whole: Duration = .zero
        /// Tasks begun a second.
        var rate: Double { Double(begun) / max(whole.asSeconds, 1e-9) }

        /// Counts another flood with this one.
        mutating func add(_ other: Flood) {
            (count, begun) = (count + other.count, begun + other.begun)
            (submitting, whole) = (submitting + other.submitting, whole + other.whole)
        }
    }

    static func measure(on stage: Stage) async throws -> Report.Section {
        let connections = stage.options.clients
        let flooding = try await Tenant.enter("flood-\(stage.tag)", on: stage, connections: connections)
        var others: [Tenant] = []
        for number in 1...Self.others {
            others.append(try await Tenant.enter("other\(number)-\(stage.tag)", on: stage, connections: 4))
        }
        defer { for tenant in [flooding] + others { tenant.api.close() } }
        let run = FairnessRun(stage: stage, flooding: flooding, others: others, watch: BeginWatch(stage.server))
        return try await run.measure().section
    }
}
