import AgentWorkerDomain
import Core
import ServiceKit

/// How running a task ended.
enum Conclusion: Sendable {
    case completed(JSON, AgentLoop.Usage)
    case failed(Fault, AgentLoop.Usage)
    /// It waits for an answer, and is no longer this worker's.
    case suspended
    /// A person has to decide about its effect.
    case held(AmbiguousEffect)

    /// What is to be written about it, a large output put into the object store; nil when nothing is.
    func settlement(claims: ClaimCheck) async throws -> Settlement? {
        switch self {
        case .suspended: nil
        case .held(let effect): .held(effect)
        case .completed(let output, let usage): .completed(try await claims.payload(output), usage)
        case .failed(let fault, let usage): .failed(fault, usage)
        }
    }

    /// For metrics.
    var name: String {
        switch self {
        case .completed: "completed"
        case .failed: "failed"
        case .suspended: "suspended"
        case .held: "held"
        }
    }
}
