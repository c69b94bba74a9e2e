import Core
import DocumentText
import IndexerDomain
import Lifecycle
import Messaging
import ObjectStore
import Postgres
import Telemetry

/// Indexes the documents that wait: text, chunks, vectors, then everything at once into the index.
struct IndexingLoop: Service {
    /// A claim is lost after this time; twice what the slowest document may take.
    static let lease = Duration.seconds(120)
    /// Tries before a document whose object cannot be found is given up.
    static let triesForObject = 6
    /// Documents that are worked on at once.
    static let width = 4

    let outbox: Outbox
    let pool: PostgresPool
    let objects: any ObjectStore
    let documents: DocumentText
    let embedder: any Embedder
    let chunker: Chunker
    let wakeup: Wakeup
    let clock: any WallClock
    let telemetry: Telemetry

    func run(_ shutdown: Shutdown) async throws {
        await RollingWork(width: Self.width, wakeup: wakeup).run(until: shutdown, claim: claim) {
            await index($0, shutdown)
        }
    }

    private func claim(_ limit: Int) async -> [DocumentTable.Claimed] {
        do {
            return try await pool.withConnection {
                try await DocumentTable.claim(limit: limit, lease: Self.lease, now: clock.now(), on: $0)
            }
        } catch {
            telemetry.logger.warning("documents could not be claimed", [.error: .string("\(error)")])
            return []
        }
    }

    private func index(_ document: DocumentTable.Claimed, _ shutdown: Shutdown) async {
        do {
            do {
                let chunks = try await embedded(document, shutdown)
                try await keep(chunks, of: document)
            } catch let refusal as RefusedDocument {
                try await outbox.transaction { transaction in
                    let isCurrent = try await DocumentTable.markRejected(
                        document, refusal.rejection, on: transaction.connection)
                    if isCurrent {
                        transaction.documentRejected(document.key, refusal.rejection, origin: document.origin)
                    }
                }
            }
        } catch is CancellationError {
            await quietly { try await DocumentTable.release(document, on: $0) }
        } catch {
            await postpone(document, error)
        }
    }

    private func embedded(
        _ document: DocumentTable.Claimed, _ shutdown: Shutdown
    ) async throws -> [ChunkTable.Embedded] {
        let bytes = try await content(of: document)
        let text: String
        do { text = try await documents.extract(bytes: bytes, contentType: document.blob.contentType) } catch {
            if error.isRetriable { throw error }
            throw RefusedDocument(rejection: Rejection(.invalid, "RX0001", error.description))
        }
        let chunks = chunker.chunks(of: text)
        var embedded: [ChunkTable.Embedded] = []
        for start in stride(from: 0, to: chunks.count, by: 64) {
            try shutdown.checkGoingOn()
            let part = chunks[start..<min(start + 64, chunks.count)]
            let vectors = try await embedder.embed(part.map(\.searchText))
            embedded += zip(part, vectors).map { ChunkTable.Embedded(chunk: $0, vector: $1) }
        }
        return embedded
    }

    private func content(of document: DocumentTable.Claimed) async throws -> [UInt8] {
        do { return try await objects.scoped(to: document.key.tenant).get(document.blob.digest) } catch {
            guard document.attempts >= Self.triesForObject else { throw error }
            throw RefusedDocument(
                rejection: Rejection(
                    .notFound, "RX0001", "the object \(document.blob.digest) is not in the object store"))
        }
    }

    private func keep(_ chunks: [ChunkTable.Embedded], of document: DocumentTable.Claimed) async throws {
        let key = document.key
        try await outbox.transaction { transaction in
            let isCurrent = try await DocumentTable.markIndexed(
                document, chunks: chunks.count, embedder: embedder.name, now: transaction.now,
                on: transaction.connection)
            guard isCurrent else { return }
            try await ChunkTable.replace(
                key, metadata: document.metadata, embedder: embedder.name, with: chunks, on: transaction.connection)
            transaction.documentIndexed(document, chunks: chunks.count, embedder: embedder.name)
        }
        telemetry.metrics.counter(.documentsIndexed, "Documents whose passages can be found.").increment()
        telemetry.logger.info(
            "a document was indexed",
            [.documentID: .string(key.document), .index: .string(key.index), .count: .integer(Int64(chunks.count))])
    }

    private func postpone(_ document: DocumentTable.Claimed, _ error: any Error) async {
        let policy = RetryPolicy(base: .milliseconds(500), factor: 2, cap: .seconds(60))
        let delay = policy.delay(retry: document.attempts, draw: .random(in: 0.5..<1)) ?? policy.cap
        telemetry.logger.warning(
            "a document could not be indexed and is tried again",
            [
                .documentID: .string(document.key.document), .error: .string("\(error)"),
                .backoff: .integer(delay.wholeMilliseconds),
            ])
        await quietly { try await DocumentTable.postpone(document, until: clock.now() + delay, on: $0) }
    }

    /// For what happens by itself when the claim runs out.
    private func quietly(_ body: @Sendable (PostgresConnection) async throws -> Void) async {
        do { try await pool.withConnection(body) } catch {
            telemetry.logger.debug("the claim runs out by itself", [.error: .string("\(error)")])
        }
    }
}

/// The document will never be indexed.
private struct RefusedDocument: Error { var rejection: Rejection }
