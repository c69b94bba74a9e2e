import Contracts
import Core
import IndexerDomain
import Messaging
import ProtoWire

/// What a message asks of the indexer.
enum Incoming {
    case index(DocumentTable.Request)
    case delete(DocumentKey)
    case retrieve(QueryTable.Pending)
    case embed(EmbeddingTable.Pending)
    /// A document's command that cannot be done.
    case refusedDocument(DocumentKey, Rejection)
    /// A query that cannot be answered.
    case refusedQuery(KnowledgeV1.RetrievePassages, Rejection)

    /// Reads a message. Throws `Poison` when it is none of the indexer's.
    init(_ message: Inbound) throws {
        let tenant = message.envelope.tenant
        let origin = MessageOrigin(message.envelope)
        switch message.envelope.type {
        case KnowledgeV1.IndexDocument.protoName:
            self = Self.indexing(try message.decode(KnowledgeV1.IndexDocument.self), tenant, origin)
        case KnowledgeV1.DeleteDocument.protoName:
            let command = try message.decode(KnowledgeV1.DeleteDocument.self)
            self = .delete(DocumentKey(tenant: tenant, index: command.index, document: command.documentID))
        case KnowledgeV1.RetrievePassages.protoName:
            self = Self.retrieval(try message.decode(KnowledgeV1.RetrievePassages.self), tenant, origin)
        case KnowledgeV1.EmbedTexts.protoName:
            let command = try message.decode(KnowledgeV1.EmbedTexts.self)
            self = .embed(
                EmbeddingTable.Pending(
                    tenant: tenant, id: command.requestID, execution: command.executionID,
                    attempt: Int(command.attempt), texts: (command.texts ?? CoreV1.Payload()).protoBytes(),
                    model: command.model, origin: origin, attempts: 0))
        default:
            throw Poison(message, "MS0006", "the indexer does not know \(message.envelope.type.prefix(80))")
        }
    }

    private static func indexing(
        _ command: KnowledgeV1.IndexDocument, _ tenant: String, _ origin: MessageOrigin
    ) -> Incoming {
        let key = DocumentKey(tenant: tenant, index: command.index, document: command.documentID)
        guard IndexName.isValid(command.index) else {
            return .refusedDocument(key, Rejection(.invalid, "RX0001", "index: \(IndexName.rule)"))
        }
        guard !command.documentID.isEmpty, let blob = command.blob, !blob.digest.isEmpty else {
            return .refusedDocument(
                key, Rejection(.invalid, "RX0001", "expected a document id and the digest of its content"))
        }
        let metadata = JSONObject(command.metadata.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
        return .index(
            DocumentTable.Request(
                key: key,
                blob: StoredBlob(
                    digest: blob.digest, size: blob.sizeBytes, contentType: blob.contentType, name: blob.name),
                metadata: .object(metadata), origin: origin))
    }

    private static func retrieval(
        _ command: KnowledgeV1.RetrievePassages, _ tenant: String, _ origin: MessageOrigin
    ) -> Incoming {
        let checked = RetrievalQuery.checked(
            index: command.index, text: command.query, filter: command.filter, limit: Int(command.limit),
            minimumScore: command.minimumScore)
        switch checked {
        case .failure(let refused):
            return .refusedQuery(command, refused.rejection)
        case .success(let query):
            return .retrieve(
                QueryTable.Pending(
                    tenant: tenant, id: command.queryID, execution: command.executionID, attempt: Int(command.attempt),
                    query: query, origin: origin, attempts: 0))
        }
    }
}
