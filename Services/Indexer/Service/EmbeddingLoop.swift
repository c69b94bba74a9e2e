import Contracts
import Core
import IndexerDomain
import Lifecycle
import Messaging
import ObjectStore
import Postgres
import ProtoWire
import ServiceKit
import Telemetry

/// Makes the vectors that executions ask for. Each call of a model is journalled when its answer comes, and is not made
/// again for the same request.
struct EmbeddingLoop: Service {
    /// A claim is lost after this time without a further part.
    static let lease = Duration.seconds(120)
    /// Requests that are worked on at once.
    static let width = 4
    /// Claims of a request before it is given up: each is a crash or an outage.
    static let mostClaims = 50
    /// How long answered requests are remembered: as long as the worker remembers the tasks that asked.
    static let retention = Duration.seconds(7 * 86_400)

    let outbox: Outbox
    let pool: PostgresPool
    let claims: ClaimCheck
    let embedders: Embedders
    let wakeup: Wakeup
    let clock: any WallClock
    let telemetry: Telemetry

    func run(_ shutdown: Shutdown) async throws {
        var lastForgetting = clock.now()
        await RollingWork(width: Self.width, wakeup: wakeup).run(until: shutdown) { room in
            if clock.now() - lastForgetting > .seconds(60) {
                lastForgetting = clock.now()
                await quietly { try await EmbeddingTable.forget(before: clock.now() - Self.retention, on: $0) }
            }
            return await claim(room)
        } work: {
            await answer($0, shutdown)
        }
    }

    private func claim(_ limit: Int) async -> [EmbeddingTable.Pending] {
        do {
            return try await pool.withConnection {
                try await EmbeddingTable.claim(limit: limit, lease: Self.lease, now: clock.now(), on: $0)
            }
        } catch {
            telemetry.logger.warning("embeddings could not be claimed", [.error: .string("\(error)")])
            return []
        }
    }

    private func answer(_ request: EmbeddingTable.Pending, _ shutdown: Shutdown) async {
        var usage = CoreV1.Usage()
        do {
            do {
                let answer = try await claims.payload(try await embedded(request, &usage, shutdown))
                let used = usage
                try await conclude(request) { $0.textsEmbedded(request, answer, used) }
            } catch let fault as Fault {
                let used = usage
                try await conclude(request) { $0.embeddingFailed(request, fault, used) }
            }
        } catch is CancellationError {
            // Whoever is next goes on with the parts that there are.
            await quietly { try await EmbeddingTable.release(request, on: $0) }
        } catch {
            await postpone(request, error)
        }
    }

    private func conclude(
        _ request: EmbeddingTable.Pending, _ publish: @Sendable (MessageTransaction) -> Void
    ) async throws {
        try await outbox.transaction { transaction in
            if try await EmbeddingTable.finish(request, on: transaction.connection) { publish(transaction) }
        }
    }

    /// The answer; `usage` tells what was bought for it, also when it throws. Throws a fault, or what may pass.
    private func embedded(
        _ request: EmbeddingTable.Pending, _ usage: inout CoreV1.Usage, _ shutdown: Shutdown
    ) async throws -> JSON {
        guard request.attempts <= Self.mostClaims else {
            throw Fault(.runtime, detail: "RX0005: it was tried \(Self.mostClaims) times and could not be ended")
        }
        let texts = try EmbeddingTexts(try await value(request.texts))
        guard let embedder = embedders.named(request.model) else {
            throw Fault(.configuration, detail: "RX0004: model: there is no model \(request.model.prefix(80)) here")
        }
        let known = try await pool.withConnection {
            try await EmbeddingTable.parts(of: request, embedder: embedder.name, on: $0)
        }
        var vectors: [JSON] = []
        for (number, part) in texts.parts.enumerated() {
            let found: EmbeddingTable.Part
            if let kept = known[number] {
                found = kept
            } else {
                try shutdown.checkGoingOn()
                found = try await bought(part, number, request, embedder)
            }
            vectors += try JSON(parsing: found.vectors).array ?? []
            try texts.checkSize(dimensions: vectors.first?.array?.count ?? 0)
            usage.inputTokens += Int64(found.inputTokens)
            usage.modelCalls += Int32(found.calls)
        }
        return [
            "model": .string(embedder.model), "dimensions": .integer(Int64(vectors.first?.array?.count ?? 0)),
            "usage": usage.json, "vectors": .array(vectors),
        ]
    }

    private func value(_ payload: [UInt8]) async throws -> JSON {
        do { return try await claims.value(try CoreV1.Payload(protoBytes: payload)) } catch is PayloadError {
            throw Fault(.validation, detail: "RX0004: texts: expected JSON")
        } catch let error as ObjectStoreError where !error.isTransient {
            throw Fault(.runtime, detail: "RX0004: texts: \(error)")
        }
    }

    /// Calls the embedder and journals what it gives.
    private func bought(
        _ texts: [String], _ number: Int, _ request: EmbeddingTable.Pending, _ embedder: any Embedder
    ) async throws -> EmbeddingTable.Part {
        let embedding: Embedding
        do {
            embedding = try await embedder.embed(texts, idempotencyKey: key(texts, number, request, embedder))
        } catch let error as EmbeddingError {
            throw error.fault
        }
        let part = EmbeddingTable.Part(
            vectors: JSON.array(embedding.vectors.map(Self.json)).bytes(), inputTokens: embedding.inputTokens,
            calls: embedder.isBought ? 1 : 0)
        try await pool.withConnection {
            try await EmbeddingTable.keep(
                part, number, of: request, embedder: embedder.name, until: clock.now() + Self.lease, on: $0)
        }
        telemetry.metrics.counter(.textsEmbedded, "Texts whose vectors executions asked for.").increment(
            by: texts.count)
        return part
    }

    /// The same for the same question alone: a later attempt may ask for something else by the same number.
    private func key(
        _ texts: [String], _ number: Int, _ request: EmbeddingTable.Pending, _ embedder: any Embedder
    ) -> String {
        let asked = JSON.array([.string(embedder.name)] + texts.map(JSON.string)).bytes()
        return "\(request.id)/embed/\(number + 1)/\(SHA256Digest.hex(SHA256Digest.hash(asked)).prefix(32))"
    }

    /// The shortest text of each number that reads as the same `Float`.
    private static func json(_ vector: [Float]) -> JSON {
        .array(vector.map { Double($0.description).map(JSON.number) ?? .null })
    }

    private func postpone(_ request: EmbeddingTable.Pending, _ error: any Error) async {
        let policy = RetryPolicy(base: .milliseconds(200), factor: 2, cap: .seconds(15))
        let delay = policy.delay(retry: request.attempts, draw: .random(in: 0.5..<1)) ?? policy.cap
        telemetry.logger.warning(
            "texts could not be embedded and are tried again",
            [.error: .string("\(error)"), .backoff: .integer(delay.wholeMilliseconds)])
        await quietly { try await EmbeddingTable.postpone(request, until: clock.now() + delay, on: $0) }
    }

    /// For what is done anew by itself if it fails.
    private func quietly(_ body: @Sendable (PostgresConnection) async throws -> Void) async {
        do { try await pool.withConnection(body) } catch {
            telemetry.logger.debug("the embeddings' table could not be kept", [.error: .string("\(error)")])
        }
    }
}
