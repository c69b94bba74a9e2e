import AgentWorkerDomain
import Contracts
import Core
import Expressions
import ServiceKit

/// Runs one task by its function.
struct TaskExecutor: Sendable {
    let claims: ClaimCheck
    let outside: OutsideFunction
    let agent: AgentFunction
    let index: IndexQuestion

    /// Runs it. Throws what may pass (a database or store that is away) and `CancellationError`; all else is a
    /// conclusion. A task that runs `early` goes no further than to read before its request is durable.
    func run(_ task: StoredTask, early: EarlyRuns? = nil) async throws -> Conclusion {
        guard let function = WorkFunction(task.function) else {
            let detail = "no worker of this version knows \(task.function.prefix(80))"
            return .failed(Fault(.configuration, .unknownFunction, detail), .init())
        }
        do {
            let arguments: JSON
            do { arguments = try await claims.value(task.payload()) } catch is PayloadError {
                throw Fault(.validation, .badArguments, "the arguments are not JSON")
            }
            switch function {
            case .outside:
                return .completed(try await outside.run(task, arguments, try await deferred(task), early), .init())
            case .agent, .llm:
                return try await agent.run(task, function, try await outside.resolve(task, arguments, deferred(task)))
            case .retrieve: return try await index.run(task, RetrieveCall(arguments))
            case .embed: return try await index.run(task, EmbedCall(arguments))
            }
        } catch let fault as Fault {
            return .failed(fault, .init())
        } catch let effect as AmbiguousEffect {
            return .held(effect)
        }
    }

    private func deferred(_ task: StoredTask) async throws -> DeferredExpressions {
        do {
            guard let payload = try task.deferredPayload() else { return DeferredExpressions() }
            if let deferred = DeferredExpressions(json: try await claims.value(payload)) { return deferred }
        } catch is PayloadError {}
        throw Fault(.validation, .badArguments, "the deferred expressions cannot be read")
    }
}
