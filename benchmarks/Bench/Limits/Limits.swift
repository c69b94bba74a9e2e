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
    /// Messages in batches of a hundred, each batch acknowledged by the broker.
    var messages: Load.Result
    /// From handing one message to the producer to having it from the consumer.
    var trips: Samples

    /// Rows and messages that are about as large as the product's own.
    static let bodyBytes = 256
    static let batch = 100

    /// CPU milliseconds that Postgres takes for one commit over eight connections; nil without a run folder.
    var commitCPU: Double?

    /// What commits and trips through the broker that follow one another take, p50, in milliseconds.
    func floor(commits: Int, trips: Int) -> Double {
        Double(commits) * commitsAlone.rounds.milliseconds(0.5) + Double(trips) * self.trips.milliseconds(0.5)
    }

    /// Measures all, one after the other.
    static func measure(_ places: Places, options: Options, tag: String, tell: Progress) async throws -> Limits {
        let (folder, seconds) = (options.run ?? ".", options.seconds)
        let load = { (workers: Int) in Load(workers: workers, duration: .seconds(seconds)) }
        tell("disk: syncs")
        let syncs = try await DiskLimit().measure(in: folder, for: .seconds(1))
        let postgres = PostgresLimits(tag: tag, url: places.postgres, run: options.run)
        tell("Postgres: commits")
        let (alone, together, batched, cpu) = try await postgres.measure(load)
        let broker = BrokerLimits(tag: tag, bootstrap: places.kafka)
        tell("broker: messages and round trips")
        let (messages, trips) = try await broker.measure(load(4))
        return Limits(
            syncs: syncs, commitsAlone: alone, commitsTogether: together, batchedRows: batched, messages: messages,
            trips: trips, commitCPU: cpu)
    }
}
