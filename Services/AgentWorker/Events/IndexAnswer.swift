import AgentWorkerDomain
import Contracts
import Core
import Messaging

/// What the index answers to a task's question.
struct IndexAnswer: Sendable {
    enum Content: Sendable {
        case passages(JSON)
        case vectors(CoreV1.Payload)
        case fault(Fault)
    }

    /// A question's id is the id of the task that asks.
    let taskID: String
    let function: WorkFunction
    /// Which attempt asked; 0 when the index did not tell yet.
    let attempt: Int
    let content: Content
    var usage = AgentLoop.Usage()

    /// Nil for other messages. Throws `Poison` when the bytes are not what the envelope says.
    init?(_ inbound: Inbound) throws {
        if inbound.isOne(of: KnowledgeV1.PassagesRetrieved.self) {
            let answer = try inbound.decode(KnowledgeV1.PassagesRetrieved.self)
            (taskID, function, attempt) = (answer.queryID, .retrieve, Int(answer.attempt))
            content = .passages(answer.output)
        } else if inbound.isOne(of: KnowledgeV1.RetrievalFailed.self) {
            let answer = try inbound.decode(KnowledgeV1.RetrievalFailed.self)
            let reason = answer.rejection.map { "\($0.code) \($0.reason)" } ?? "without a reason"
            (taskID, function, attempt) = (answer.queryID, .retrieve, Int(answer.attempt))
            content = .fault(Fault(.communication, .retrievalFailed, "the index refused the query: \(reason)"))
        } else if inbound.isOne(of: KnowledgeV1.TextsEmbedded.self) {
            let answer = try inbound.decode(KnowledgeV1.TextsEmbedded.self)
            (taskID, function, attempt) = (answer.requestID, .embed, Int(answer.attempt))
            content = .vectors(answer.answer ?? CoreV1.Payload())
            usage = AgentLoop.Usage(answer.usage)
        } else if inbound.isOne(of: KnowledgeV1.EmbeddingFailed.self) {
            let answer = try inbound.decode(KnowledgeV1.EmbeddingFailed.self)
            (taskID, function, attempt) = (answer.requestID, .embed, Int(answer.attempt))
            content = .fault(answer.fault.map { Fault($0) } ?? Fault(.runtime, .retrievalFailed, "without a reason"))
            usage = AgentLoop.Usage(answer.usage)
        } else {
            return nil
        }
    }
}

extension AgentLoop.Usage {
    init(_ usage: CoreV1.Usage?) {
        self.init(
            inputTokens: Int(usage?.inputTokens ?? 0), outputTokens: Int(usage?.outputTokens ?? 0),
            calls: Int(usage?.modelCalls ?? 0))
    }
}

extension KnowledgeV1.PassagesRetrieved {
    /// The output of `retrieve`.
    var output: JSON {
        let passages = passages.map { passage -> JSON in
            let metadata = passage.metadata.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) }
            return [
                "id": .string(passage.id), "documentId": .string(passage.documentID), "text": .string(passage.text),
                "score": .number(passage.score), "metadata": .object(JSONObject(metadata)),
            ]
        }
        return ["passages": .array(passages)]
    }
}
