/// What the machine gives when nothing of the product is in the way.
struct Limits: Sendable {
    /// Four KiB made durable in the run folder.
    var syncs: Samples
    /// Single-row commits over one connection.
    var commitsAlone: Load.Result
    /// Single-row commits over eight.
    var commitsTogether: Load.Result
    /// Rows in commits of a hundred, over eight connections.
    var batchedRows: Load.Result
    /// Bytes of Postgres' log that these took.
    var batchedLogBytes: Int64
    /// Messages in batches of a hundred, each batch acknowledged by the broker.
    var messages: Load.Result
    /// From handing one message to the producer to having it from the consumer.
    var trips: Samples

    /// Rows and messages that are about as large as the product's own.
    static let bodyBytes = 256
    static let batch = 100

    /// CPU milliseconds that Postgres takes for one commit over eight connections; nil without a run folder.
    var commitCPU: Double? { commitsTogether.cost(of: "postgres") }

    /// CPU milliseconds of client and server for so many messages written to the broker in batches, not read, and for
    /// so many bytes of Postgres' log made by batches of plain rows; nil without a run folder.
    func rawCPU(messages count: Double, logBytes: Double) -> Double? {
        guard let message = messages.cost(of: "local-broker", CPUTimes.own),
            let row = batchedRows.cost(of: "postgres", CPUTimes.own), batchedLogBytes > 0
        else { return nil }
        let rows = logBytes * Double(batchedRows.count) / Double(batchedLogBytes)
        return count * message + rows * row
    }

    /// What commits and trips through the broker that follow one another take, p50, in milliseconds.
    func floor(commits: Int, trips: Int) -> Double {
        Double(commits) * commitsAlone.rounds.milliseconds(0.5) + Double(trips) * self.trips.milliseconds(0.5)
    }

    /// Measures all, one after the other.
    static func measure(_ places: Places, options: Options, tag: String, tell: Progress) async throws -> Limits {
        let (folder, seconds) = (options.run ?? ".", options.seconds)
        let load = { (workers: Int) in Load(workers: workers, duration: .seconds(seconds), run: options.run) }
        tell("disk: syncs")
        let syncs = try await DiskLimit().measure(in: folder, for: .seconds(1))
        let postgres = PostgresLimits(tag: tag, url: places.postgres)
        tell("Postgres: commits")
        let (alone, together, batched, log) = try await postgres.measure(load)
        let broker = BrokerLimits(tag: tag, bootstrap: places.kafka)
        tell("broker: messages and round trips")
        let (messages, trips) = try await broker.measure(load(4))
        return Limits(
            syncs: syncs, commitsAlone: alone, commitsTogether: together, batchedRows: batched, batchedLogBytes: log,
            messages: messages, trips: trips)
    }
}
