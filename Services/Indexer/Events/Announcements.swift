import Contracts
import Core
import IndexerDomain
import Messaging
import ProtoWire

/// What the indexer tells the others. Ids follow from the command's id, so that an answer given twice is one answer.
extension MessageTransaction {
    func documentIndexed(_ document: DocumentTable.Claimed, chunks: Int, embedder: String) {
        publish(
            KnowledgeV1.DocumentIndexed(
                documentID: document.key.document, index: document.key.index, chunks: Int32(clamping: chunks),
                embedder: embedder, indexedUs: now.microseconds),
            to: .knowledgeEvents, key: document.key.document, id: "\(document.origin.messageID)/indexed",
            tenant: document.key.tenant, causedBy: document.origin.envelope(self, tenant: document.key.tenant))
    }

    func documentRejected(_ key: DocumentKey, _ rejection: Rejection, origin: MessageOrigin) {
        publish(
            KnowledgeV1.DocumentRejected(
                documentID: key.document, index: key.index, rejection: CoreV1.Rejection(rejection)),
            to: .knowledgeEvents, key: key.document, id: "\(origin.messageID)/rejected", tenant: key.tenant,
            causedBy: origin.envelope(self, tenant: key.tenant))
    }

    func documentDeleted(_ key: DocumentKey, causedBy cause: Envelope) {
        publish(
            KnowledgeV1.DocumentDeleted(documentID: key.document, index: key.index), to: .knowledgeEvents,
            key: key.document, id: "\(cause.id)/deleted", tenant: key.tenant, causedBy: cause)
    }

    func passagesRetrieved(_ query: QueryTable.Pending, _ passages: [KnowledgeV1.Passage], embedder: String) {
        publish(
            KnowledgeV1.PassagesRetrieved(
                queryID: query.id, executionID: query.execution, index: query.query.index, passages: passages,
                embedder: embedder, attempt: Int32(clamping: query.attempt)),
            to: .knowledgeEvents, key: query.id, id: "\(query.origin.messageID)/retrieved", tenant: query.tenant,
            causedBy: query.origin.envelope(self, tenant: query.tenant))
    }

    func retrievalFailed(
        _ query: KnowledgeV1.RetrievePassages, _ rejection: Rejection, causedBy cause: Envelope
    ) {
        publish(
            KnowledgeV1.RetrievalFailed(
                queryID: query.queryID, executionID: query.executionID, rejection: CoreV1.Rejection(rejection),
                attempt: query.attempt),
            to: .knowledgeEvents, key: query.queryID, id: "\(cause.id)/failed", tenant: cause.tenant, causedBy: cause)
    }

    func textsEmbedded(_ request: EmbeddingTable.Pending, _ answer: CoreV1.Payload, _ usage: CoreV1.Usage) {
        tell(
            KnowledgeV1.TextsEmbedded(
                requestID: request.id, executionID: request.execution, attempt: Int32(clamping: request.attempt),
                answer: answer, usage: usage), "embedded", request)
    }

    func embeddingFailed(_ request: EmbeddingTable.Pending, _ fault: Fault, _ usage: CoreV1.Usage) {
        tell(
            KnowledgeV1.EmbeddingFailed(
                requestID: request.id, executionID: request.execution, attempt: Int32(clamping: request.attempt),
                fault: CoreV1.Fault(fault), usage: usage), "failed", request)
    }

    private func tell(_ message: some ProtoMessage, _ event: String, _ request: EmbeddingTable.Pending) {
        publish(
            message, to: .knowledgeEvents, key: request.id, id: "\(request.origin.messageID)/\(event)",
            tenant: request.tenant, causedBy: request.origin.envelope(self, tenant: request.tenant))
    }
}

extension KnowledgeV1.Passage {
    /// A found chunk with its rank.
    init(_ found: ChunkTable.Found, score: Double) {
        var metadata: [String: String] = [:]
        for (key, value) in found.metadata.object ?? JSONObject() { metadata[key] = value.string }
        self.init(id: found.id, documentID: found.document, text: found.text, score: score, metadata: metadata)
    }
}
