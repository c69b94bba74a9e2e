import Core
import Lifecycle
import Messaging

/// Makes commands durable; the slow work is done by the loops that it wakes.
struct CommandHandler: BatchHandler {
    let documents: Wakeup
    let queries: Wakeup
    let embeddings: Wakeup

    var topics: [Topic] { [.knowledgeCommands] }

    func handle(_ batch: [Inbound], _ transaction: MessageTransaction) async throws {
        // Of several commands for one document in a batch only the last counts.
        var requests: [DocumentKey: DocumentTable.Request] = [:]
        var removals: Set<DocumentKey> = []
        // Of several questions or requests of one task only the last counts.
        var queries: [String: QueryTable.Pending] = [:]
        var texts: [String: EmbeddingTable.Pending] = [:]
        for message in batch {
            switch try Incoming(message) {
            case .index(let request):
                requests[request.key] = request
                removals.remove(request.key)
            case .delete(let key):
                requests[key] = nil
                removals.insert(key)
                transaction.documentDeleted(key, causedBy: message.envelope)
            case .retrieve(let query): queries["\(query.tenant)/\(query.id)"] = query
            case .embed(let request): texts["\(request.tenant)/\(request.id)"] = request
            case .refusedDocument(let key, let rejection):
                transaction.documentRejected(key, rejection, origin: MessageOrigin(message.envelope))
            case .refusedQuery(let command, let rejection):
                transaction.retrievalFailed(command, rejection, causedBy: message.envelope)
            }
        }
        if !removals.isEmpty {
            try await DocumentTable.remove(Array(removals), on: transaction.connection)
            try await ChunkTable.remove(Array(removals), on: transaction.connection)
        }
        let ordered = requests.values.sorted { ($0.key.index, $0.key.document) < ($1.key.index, $1.key.document) }
        try await DocumentTable.request(ordered, now: transaction.now, on: transaction.connection)
        let pending = queries.sorted { $0.key < $1.key }.map(\.value)
        try await QueryTable.insert(pending, now: transaction.now, on: transaction.connection)
        let asked = texts.sorted { $0.key < $1.key }.map(\.value)
        try await EmbeddingTable.insert(asked, now: transaction.now, on: transaction.connection)
        transaction.afterCommit { [documents, queries = self.queries, embeddings] in
            if !ordered.isEmpty { documents.wake() }
            if !pending.isEmpty { queries.wake() }
            if !asked.isEmpty { embeddings.wake() }
        }
    }
}
