public import Configuration
public import Core
public import ServiceKit

/// The settings of this service beyond those of every service.
public struct OrchestratorConfiguration: Sendable {
    /// Timers that are fired in one transaction.
    public var timerBatch: Int
    /// How often timers that other processes set are looked for.
    public var timerPoll: Duration
    /// Compiled definitions that are kept in memory.
    public var definitions: Int
    /// How often it is proved that executions can go on.
    public var audit: AuditPlan
    /// Starts that one transaction takes; others wait in a table, tenants in turn.
    public var starts: Int
    /// How many turns tenants have beside each other.
    public var weights: TenantWeights

    /// Whether the CloudEvents of the Open Workflow DSL are published.
    public var tellsLifecycle: Bool

    /// Reads the settings; faults are kept by the reader.
    public init(_ reader: inout ConfigurationReader) {
        timerBatch = reader.int(
            "CADENZA_ORCHESTRATOR_TIMER_BATCH", in: 1...10_000, default: 500,
            help: "Timers that are fired in one transaction")
        timerPoll = reader.duration(
            "CADENZA_ORCHESTRATOR_TIMER_POLL", default: .milliseconds(500),
            help: "How often timers that other processes set are looked for")
        definitions = reader.int(
            "CADENZA_ORCHESTRATOR_DEFINITIONS", in: 1...100_000, default: 1000,
            help: "Compiled definitions that are kept in memory")
        starts = reader.int(
            "CADENZA_ORCHESTRATOR_STARTS", in: 1...10_000, default: 64,
            help: "Starts that one transaction takes; others wait in a table, from which tenants take turns")
        weights = reader.tenantWeights()
        tellsLifecycle = reader.bool(
            "CADENZA_ORCHESTRATOR_LIFECYCLE_EVENTS", default: true,
            help: "Whether the CloudEvents of the Open Workflow DSL are published")
        audit = AuditPlan(&reader)
    }
}
