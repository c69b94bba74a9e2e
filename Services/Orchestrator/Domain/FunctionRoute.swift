/// Who runs a function.
public enum FunctionRoute: Sendable, Hashable {
    /// The workers of a lane.
    case lane(Lane)
    /// The policy service.
    case policy
    /// People, by way of the approvals service.
    case approval

    /// The lanes: each has a topic and a pool of workers of its own.
    public enum Lane: String, Sendable, Hashable, CaseIterable {
        /// Long and costly: agents and model calls.
        case agent
        /// Calls of outside systems and of the index. Its workers also answer for functions that nobody knows.
        case call
    }

    /// Who is waited for, in words.
    public var owner: String {
        switch self {
        case .lane(let lane): "the workers of the lane \(lane.rawValue)"
        case .policy: "the policy service"
        case .approval: "the approvals service"
        }
    }

    /// The route of a function as the definition names it: `http`, `agent:1.0.0`, `policy:1.0.0@default` …
    public init(function: String) {
        let name = function.prefix { $0 != ":" && $0 != "@" }
        switch name {
        case "policy": self = .policy
        case "approval": self = .approval
        case "agent", "llm": self = .lane(.agent)
        default: self = .lane(.call)
        }
    }
}
