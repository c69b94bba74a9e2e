public import HTTP

/// What functions may do and how long.
public struct FunctionSettings: Sendable {
    /// One request, unless the call's deadline passes before; see `FunctionContext.deadline`.
    public var timeout: Duration = .seconds(30)
    /// Redirects that one request may follow, where the call allows any.
    public var redirects = 5
    /// A larger answer is an error.
    public var largestAnswer = 16 << 20
    /// How long a document that describes a service is kept.
    public var documentLifetime: Duration = .seconds(300)

    /// The Kafka servers that `asyncapi` may talk to; nil for none. Their own words about other brokers are believed.
    /// Never list the platform's own: its topics would be open to every definition.
    public var kafka: EgressRules?
    /// The longest that a subscription may take messages.
    public var longestSubscription: Duration = .seconds(3600)

    /// What scripts and shell commands may do: nothing, unless told otherwise.
    public var processes = ProcessSettings()

    /// The MCP servers that may be started: none, unless told otherwise. They run in the sandbox, unless processes are
    /// unconfined.
    public var localServers: [LocalServerRule] = []

    /// Everything at its default: no processes.
    public init() {}
}
