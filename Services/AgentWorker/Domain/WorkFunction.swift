/// The functions that this service runs.
public enum WorkFunction: Sendable, Hashable {
    /// A call of an outside server, or a process.
    case outside
    /// An agent.
    case agent
    /// One question to a model.
    case llm
    /// A question to the index.
    case retrieve
    /// Vectors of texts, made by the index.
    case embed

    private static let outsideNames = ["http", "openapi", "mcp", "a2a", "asyncapi", "script", "shell"]

    /// Whether a function of this name may turn out to read only, and to need nothing that is written first.
    public static func mayRead(_ name: String) -> Bool { name == "http" || name == "openapi" }

    /// The function by its name in a task: `http`, `agent:1.0.0`, `llm:1.0.0@default` …; nil when nobody here knows it.
    public init?(_ name: String) {
        if Self.outsideNames.contains(name) {
            self = .outside
            return
        }
        let bare = name.hasSuffix("@default") ? String(name.dropLast("@default".count)) : name
        switch bare {
        case "agent:1.0.0": self = .agent
        case "llm:1.0.0": self = .llm
        case "retrieve:1.0.0": self = .retrieve
        case "embed:1.0.0": self = .embed
        default: return nil
        }
    }
}
