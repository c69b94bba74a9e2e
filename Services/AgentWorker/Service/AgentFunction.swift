import AgentWorkerDomain
import Contracts
import Core
import DocumentText
import Functions
import Messaging
import ObjectStore
import ServiceKit
import Telemetry

/// The functions `agent` and `llm`: a loop of turns, each of them journalled.
struct AgentFunction: Sendable {
    let model: ModelClient
    let journal: EffectJournal
    let objects: any ObjectStore
    let documents: DocumentText
    let claims: ClaimCheck
    let configuration: AgentWorkerConfiguration
    let telemetry: Telemetry
    let clock: any WallClock

    /// Runs the loop to its end. Throws a fault, or what may pass.
    func run(_ task: StoredTask, _ function: WorkFunction, _ resolved: ResolvedArguments) async throws -> Conclusion {
        let arguments = resolved.arguments
        let request =
            function == .llm
            ? try AgentRequest(model: arguments, budget: configuration.budget)
            : try AgentRequest(agent: arguments, budget: configuration.budget)
        let shape = try AnswerShape(request)
        let opening = Prompt.opening(request, texts: try await texts(request, of: task.tenant))
        var loop = AgentLoop(
            request, opening: opening, attempt: task.attempt, mismatches: shape.mismatches)
        while true {
            switch loop.next {
            case .answer(let answer):
                return .completed(
                    ["answer": resolved.redacted(answer), "usage": CoreV1.Usage(loop.usage).json], loop.usage)
            case .fail(let fault): return .failed(fault, loop.usage)
            case .ask(let turn, let messages):
                try Task.checkCancellation()
                do {
                    loop.take(try await reply(task, request, turn, messages, resolved))
                } catch let fault as Fault {
                    return .failed(fault, loop.usage)
                }
            }
        }
    }

    private func reply(
        _ task: StoredTask, _ request: AgentRequest, _ turn: Int, _ messages: [ChatMessage],
        _ resolved: ResolvedArguments
    ) async throws -> ModelReply {
        let body = model.body(request, messages)
        let key = "\(task.id)/turn/\(turn)"
        let start = clock.now()
        // What is told of a turn shows no secret that was put into the question.
        let asked = try await claims.payload(resolved.redacted(body))
        let outcome = try await journal.perform(
            .init(
                key: .init(taskID: task.id, number: turn), attempt: task.attempt, owner: task.owner, kind: "model",
                effectClass: .idempotent, idempotencyKey: key, isCostly: true)
        ) { outcome, transaction in
            record(outcome, task, turn, asked, start, resolved, transaction)
        } send: {
            try await model.send(body, idempotencyKey: key)
        }
        return try ModelReply(outcome)
    }

    private func record(
        _ outcome: EffectOutcome, _ task: StoredTask, _ turn: Int, _ asked: CoreV1.Payload, _ start: Instant,
        _ resolved: ResolvedArguments, _ transaction: MessageTransaction
    ) {
        guard let reply = try? ModelReply(outcome) else { return }
        let usage = AgentLoop.Usage(inputTokens: reply.inputTokens, outputTokens: reply.outputTokens, calls: 1)
        let message = Announcement.Turn(
            number: turn, request: asked, response: CoreV1.Payload(json: resolved.redacted(.string(reply.text))),
            usage: usage,
            duration: clock.now() - start)
        Announcement.turn(message, of: task, in: transaction)
        telemetry.metrics.counter(.agentModelCalls, "Answers bought from the model.").increment()
        telemetry.metrics.counter(.agentTokens, "Tokens bought from the model.", labels: ["kind": "input"])
            .increment(by: reply.inputTokens)
        telemetry.metrics.counter(.agentTokens, "Tokens bought from the model.", labels: ["kind": "output"])
            .increment(by: reply.outputTokens)
    }

    private func texts(
        _ request: AgentRequest, of tenant: String
    ) async throws -> [(name: String, text: String)] {
        // Who uploaded it is whose it is: the digest alone opens nothing.
        let objects = objects.scoped(to: tenant)
        var texts: [(name: String, text: String)] = []
        for document in request.documents {
            let bytes: [UInt8]
            do throws(ObjectStoreError) { bytes = try await objects.get(document.digest) } catch {
                if error.isTransient { throw error }
                throw Fault(.validation, .unreadableDocument, "\(document.name.prefix(80)): \(error)")
            }
            let type = document.contentType.isEmpty ? "text/plain" : document.contentType
            do throws(DocumentTextError) {
                texts.append((document.name, try await documents.extract(bytes: bytes, contentType: type)))
            } catch {
                throw Fault(.validation, .unreadableDocument, "\(document.name.prefix(80)): \(error)")
            }
        }
        return texts
    }
}
