import Contracts
import Core
import IndexerDomain
import Lifecycle
import Messaging
import Postgres
import Telemetry

/// Answers the queries that wait: nearest vectors and telling words, fused by rank.
struct RetrievalLoop: Service {
    static let lease = Duration.seconds(30)
    static let width = 32

    let outbox: Outbox
    let pool: PostgresPool
    let embedder: any Embedder
    let wakeup: Wakeup
    let clock: any WallClock
    let telemetry: Telemetry

    func run(_ shutdown: Shutdown) async throws {
        while !shutdown.isRequested, !Task.isCancelled {
            let claimed = await claim()
            if !claimed.isEmpty { await answer(claimed) }
            if claimed.count < Self.width { await wakeup.wait(atMost: .seconds(1), unless: shutdown) }
        }
    }

    private func claim() async -> [QueryTable.Pending] {
        do {
            return try await pool.withConnection {
                try await QueryTable.claim(limit: Self.width, lease: Self.lease, now: clock.now(), on: $0)
            }
        } catch {
            telemetry.logger.warning("queries could not be claimed", [.error: .string("\(error)")])
            return []
        }
    }

    private func answer(_ queries: [QueryTable.Pending]) async {
        let start = ContinuousClock.now
        do {
            let vectors = try await embedder.embed(queries.map(\.query.text))
            try await outbox.transaction { transaction in
                for (query, vector) in zip(queries, vectors) {
                    guard try await QueryTable.remove(query, on: transaction.connection) else { continue }
                    let passages = try await search(query, vector, transaction.connection)
                    transaction.passagesRetrieved(query, passages, embedder: embedder.name)
                }
            }
            telemetry.metrics.counter(.retrievals, "Queries answered.").increment(by: queries.count)
            telemetry.metrics.histogram(.retrievalDuration, "From claim to answer.").observe(
                ContinuousClock.now - start)
        } catch {
            await postpone(queries, error)
        }
    }

    private func search(
        _ pending: QueryTable.Pending, _ vector: [Float], _ connection: PostgresConnection
    ) async throws -> [KnowledgeV1.Passage] {
        let query = pending.query
        let nearest =
            vector.contains { $0 != 0 }
            ? try await ChunkTable.nearest(
                to: vector, embedder: embedder.name, tenant: pending.tenant, query: query, on: connection) : []
        let matching = try await ChunkTable.matching(tenant: pending.tenant, query: query, on: connection)
        let hits = RankFusion.fuse([nearest, matching], limit: query.limit, minimumScore: query.minimumScore)
        let found = try await ChunkTable.fetch(
            hits.map(\.id), tenant: pending.tenant, index: query.index, on: connection)
        let byID = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0) })
        return hits.compactMap { hit in byID[hit.id].map { KnowledgeV1.Passage($0, score: hit.score) } }
    }

    private func postpone(_ queries: [QueryTable.Pending], _ error: any Error) async {
        telemetry.logger.warning(
            "queries could not be answered and are tried again",
            [.error: .string("\(error)"), .count: .integer(Int64(queries.count))])
        let policy = RetryPolicy(base: .milliseconds(200), factor: 2, cap: .seconds(15))
        do {
            try await pool.withConnection { connection in
                for query in queries {
                    let delay = policy.delay(retry: query.attempts, draw: .random(in: 0.5..<1)) ?? policy.cap
                    try await QueryTable.postpone(query, until: clock.now() + delay, on: connection)
                }
            }
        } catch {
            telemetry.logger.debug("the claims run out by themselves", [.error: .string("\(error)")])
        }
    }
}
