extension Limits {
    /// Whether the machine was still the same in the end.
    func afterwards(_ later: Samples) -> Report.Section {
        let (first, last) = (syncs.milliseconds(0.5), later.milliseconds(0.5))
        let ratio = Figure.Ratio(value: last / first, to: "before; far from 1, the machine was not at rest")
        return Report.Section(
            key: "afterwards", title: "Afterwards",
            figures: [Figure("syncP50", "Disk, 4 KiB made durable, p50", last, "ms", ratio)])
    }

    /// The raw limits as lines of the report.
    var section: Report.Section {
        Report.Section(
            key: "limits", title: "Raw limits (\(Self.bodyBytes)-byte rows and messages, loopback)",
            figures: disk + postgres + broker)
    }

    private var disk: [Figure] {
        [
            Figure("syncP50", "Disk, 4 KiB made durable, p50", syncs.milliseconds(0.5), "ms"),
            Figure("syncP99", "Disk, 4 KiB made durable, p99", syncs.milliseconds(0.99), "ms"),
        ]
    }

    private var postgres: [Figure] {
        func figure(_ key: String, _ title: String, _ load: Load.Result) -> Figure {
            let ratio = Figure.Ratio(value: load.rate / commitsAlone.rate, to: "1 connection")
            return Figure(key, "Postgres \(title), 8 connections", load.rate, "/s", ratio)
        }
        return [
            Figure("postgresCommits1", "Postgres commits, 1 connection", commitsAlone.rate, "/s"),
            Figure("postgresCommit1P50", "  one commit, p50", commitsAlone.rounds.milliseconds(0.5), "ms"),
            Figure("postgresCommit1P99", "  one commit, p99", commitsAlone.rounds.milliseconds(0.99), "ms"),
            figure("postgresCommits8", "commits", commitsTogether),
            figure("postgresRows8x\(Self.batch)", "rows in commits of \(Self.batch)", batchedRows),
        ] + cost("postgresRowCPU", "a row", batchedRows, of: "postgres")
    }

    private var broker: [Figure] {
        [Figure("brokerMessages", "Broker messages, batches of \(Self.batch), acks=all", messages.rate, "/s")]
            + cost("brokerMessageCPU", "a message", messages, of: "local-broker") + [
                Figure("brokerTripP50", "Broker produce → consume, p50", trips.milliseconds(0.5), "ms"),
                Figure("brokerTripP99", "Broker produce → consume, p99", trips.milliseconds(0.99), "ms"),
            ]
    }

    private func cost(_ key: String, _ unit: String, _ load: Load.Result, of server: String) -> [Figure] {
        guard let cost = load.cost(of: server, CPUTimes.own) else { return [] }
        return [Figure(key, "  CPU of client and server, \(unit)", cost * 1000, "µs")]
    }
}
