/// The functions that this service runs.
public enum WorkFunction: Sendable, Hashable {
    /// A call of an outside server.
    case http
    /// An agent.
    case agent
    /// One question to a model.
    case llm
    /// A question to the index.
    case retrieve

    /// The function by its name in a task: `http`, `agent:1.0.0`, `llm:1.0.0@default` …; nil when nobody here knows it.
    public init?(_ name: String) {
        if name == "http" {
            self = .http
            return
        }
        let bare = name.hasSuffix("@default") ? String(name.dropLast("@default".count)) : name
        switch bare {
        case "agent:1.0.0": self = .agent
        case "llm:1.0.0": self = .llm
        case "retrieve:1.0.0": self = .retrieve
        default: return nil
        }
    }
}
