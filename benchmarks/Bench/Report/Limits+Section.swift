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
        let alone = commitsAlone
        func toCommit(_ value: Double, _ text: String) -> Figure.Ratio {
            Figure.Ratio(value: value / alone.rate, to: text)
        }
        return Report.Section(
            key: "limits", title: "Raw limits (\(Self.bodyBytes)-byte rows and messages, loopback)",
            figures: [
                Figure("syncP50", "Disk, 4 KiB made durable, p50", syncs.milliseconds(0.5), "ms"),
                Figure("syncP99", "Disk, 4 KiB made durable, p99", syncs.milliseconds(0.99), "ms"),
                Figure("postgresCommits1", "Postgres commits, 1 connection", alone.rate, "/s"),
                Figure("postgresCommit1P50", "  one commit, p50", alone.rounds.milliseconds(0.5), "ms"),
                Figure("postgresCommit1P99", "  one commit, p99", alone.rounds.milliseconds(0.99), "ms"),
                Figure(
                    "postgresCommits8", "Postgres commits, 8 connections", commitsTogether.rate, "/s",
                    toCommit(commitsTogether.rate, "1 connection")),
                Figure(
                    "postgresRows8x\(Self.batch)", "Postgres rows in commits of \(Self.batch), 8 connections",
                    batchedRows.rate, "/s", toCommit(batchedRows.rate, "1 connection")),
                Figure("brokerMessages", "Broker messages, batches of \(Self.batch), acks=all", messages.rate, "/s"),
                Figure("brokerTripP50", "Broker produce → consume, p50", trips.milliseconds(0.5), "ms"),
                Figure("brokerTripP99", "Broker produce → consume, p99", trips.milliseconds(0.99), "ms"),
            ])
    }
}
