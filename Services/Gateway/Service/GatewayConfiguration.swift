public import Configuration
public import Core
public import ServiceKit

/// The gateway's own settings.
public struct GatewayConfiguration: Sendable {
    /// Where the API is served.
    public var listen: Endpoint
    /// Added at the start as a key of `bootstrapTenant`.
    public var bootstrapKey: Secret?
    /// Whose the bootstrap key is.
    public var bootstrapTenant: String
    /// What the bootstrap key may do.
    public var bootstrapRoles: [String]
    /// Requests a second, for each tenant.
    public var rate: Double
    /// Requests at once, for each tenant.
    public var burst: Double
    /// Requests that are worked on at once, of all tenants.
    public var places: Int
    /// How long a request waits for such a place before it is refused.
    public var patience: Duration
    /// How many turns tenants have beside each other when their writes wait.
    public var weights: TenantWeights
    /// The largest uploaded document, in bytes.
    public var maxDocument: Int
    /// The largest other body, in bytes.
    public var maxJSON = 1 << 20
    /// How long a request waits for another service's answer before it is told that there is none.
    public var answerLimit: Duration
    /// How long a request waits to show the outcome of what it asked for; then it says that it was accepted.
    public var outcomeLimit: Duration
    /// How often the orchestrator is asked about what the read model shows as open.
    public var audit: AuditPlan

    /// Reads them.
    public init(_ reader: inout ConfigurationReader) {
        listen = reader.endpoint("CADENZA_HTTP_LISTEN", default: "127.0.0.1:18080", help: "Serves the API.")
        bootstrapKey = reader.optionalSecret(
            "CADENZA_GATEWAY_BOOTSTRAP_KEY", help: "An API key that is added at the start.")
        bootstrapTenant = reader.string(
            "CADENZA_GATEWAY_BOOTSTRAP_TENANT", default: "demo", help: "Whose the bootstrap key is.")
        bootstrapRoles = reader.string(
            "CADENZA_GATEWAY_BOOTSTRAP_ROLES", default: "admin",
            help: "Of the bootstrap key, with commas: admin, operator, approver, viewer, and names of approver roles."
        ).split(separator: ",").map { role in String(role.filter { $0 != " " }) }
        rate = reader.double(
            "CADENZA_GATEWAY_RATE", in: 0.1...1_000_000, default: 1000, help: "Requests a second, for each tenant.")
        burst = reader.double(
            "CADENZA_GATEWAY_BURST", in: 1...1_000_000, default: 2000, help: "Requests at once, for each tenant.")
        places = reader.int(
            "CADENZA_GATEWAY_PLACES", in: 2...100_000, default: 256, help: "Requests that are worked on at once.")
        patience = reader.duration(
            "CADENZA_GATEWAY_PATIENCE", default: .seconds(1),
            help: "How long a request waits for its turn before it is refused with 503.")
        weights = reader.tenantWeights()
        maxDocument = reader.int(
            "CADENZA_GATEWAY_MAX_DOCUMENT", in: 1024...(1 << 30), default: 10 << 20,
            help: "The largest uploaded document, in bytes.")
        answerLimit = reader.duration(
            "CADENZA_GATEWAY_ANSWER_LIMIT", default: .seconds(10),
            help: "How long a read waits for the state service.")
        outcomeLimit = reader.duration(
            "CADENZA_GATEWAY_OUTCOME_LIMIT", default: .seconds(3),
            help: "How long a registration or a decision waits to show its outcome.")
        audit = AuditPlan(&reader)
    }
}
