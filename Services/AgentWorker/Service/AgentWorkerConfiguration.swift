import AgentWorkerDomain
package import Configuration
import Core
import Functions
import HTTP
import ServiceKit

/// The settings of this service alone.
package struct AgentWorkerConfiguration: Sendable {
    var lanes: [String]
    var concurrency: Int
    var lease: Duration
    var announcement: Duration
    var drain: Duration
    var backlog: Int
    var weights: TenantWeights
    var retention: Duration
    var httpTimeout: Duration
    var sendsIdempotencyKeys: Bool
    var effectRules: [EffectRule]
    var egress: [String]?
    var kafka: [String]
    var processes = ProcessSettings()
    var localServers: [LocalServerRule]
    var secretsFolder: String?
    var secrets: [String: Secret]
    var model: ModelConfiguration
    var budget: AgentRequest.Budget
    var audit: AuditPlan

    /// Reads the settings; faults are kept by the reader.
    package init(_ reader: inout ConfigurationReader) {
        lanes = Self.list(
            reader.string("CADENZA_WORKER_LANES", default: "agent,call", help: "Lanes it works for, with commas."))
        concurrency = reader.int("CADENZA_WORKER_CONCURRENCY", in: 1...1000, default: 32, help: "Tasks at a time.")
        lease = reader.duration(
            "CADENZA_WORKER_LEASE", default: .seconds(30),
            help: "A worker not heard of for so long loses its tasks to others.")
        announcement = reader.duration(
            "CADENZA_WORKER_ANNOUNCEMENT", default: .seconds(1),
            help: "Tasks that run for so long are announced as started; of shorter ones only the end is told.")
        drain = reader.duration(
            "CADENZA_WORKER_DRAIN", default: .seconds(10),
            help: "How long running tasks may go on after a request to stop; then others take them over.")
        backlog = reader.int(
            "CADENZA_WORKER_BACKLOG", in: 1...100_000_000, default: 1_000_000,
            help: "Waiting tasks from which on no more are taken from Kafka, whoever's they are; a bound for the disk.")
        retention = reader.duration(
            "CADENZA_WORKER_RETENTION", default: .seconds(7 * 86_400), help: "How long ended tasks are remembered.")
        httpTimeout = reader.duration(
            "CADENZA_HTTP_TIMEOUT", default: .seconds(30), help: "For one request of a call.")
        sendsIdempotencyKeys = reader.bool(
            "CADENZA_HTTP_IDEMPOTENCY_KEY", default: true,
            help: "Whether POST and PATCH get an Idempotency-Key; without one they are not repeated after a crash.")
        effectRules = Self.rules(&reader)
        egress = reader.optionalString(
            "CADENZA_EGRESS_ALLOW",
            help: "Hosts that may be called, such as api.example.com,*.example.org; all if unset."
        ).map(Self.list)
        kafka = Self.list(
            reader.string(
                "CADENZA_ASYNCAPI_KAFKA", default: "",
                help: "Kafka servers (host:port, with commas) that asyncapi may use; never the platform's own."))
        processes.confinement = reader.choice(
            "CADENZA_PROCESSES", default: .off,
            help: "Whether run: script and run: shell start processes. Unconfined ones may do what the worker may.")
        processes.time = reader.duration("CADENZA_PROCESS_TIME", default: processes.time, help: "For one process.")
        processes.memory = reader.int(
            "CADENZA_PROCESS_MEMORY", in: (16 << 20)...(1 << 40), default: processes.memory,
            help: "Bytes, for each process of a run.")
        let rules = reader.string(
            "CADENZA_MCP_STDIO_ALLOW", default: "",
            help: "Commands, with commas, that call: mcp may start, after NAME= for each variable it may set."
        ).split(separator: ",").map { LocalServerRule(String($0)) }
        localServers = rules.compactMap { $0 }
        if rules.contains(nil) { reader.fault("CADENZA_MCP_STDIO_ALLOW", "has an entry without a command") }
        secretsFolder = reader.optionalString(
            "CADENZA_SECRETS_DIR", help: "A folder with a file for each secret that definitions may name.")
        secrets = reader.secrets(
            beginning: EnvironmentSecrets.prefix, help: "The secret of this name, in capitals, for definitions.")
        model = ModelConfiguration(&reader)
        budget = AgentRequest.Budget(
            turns: reader.int(
                "CADENZA_AGENT_TURNS", in: 1...1000, default: 6, help: "Of an agent that names no budget."),
            tokens: reader.int(
                "CADENZA_AGENT_TOKENS", in: 1...1_000_000_000, default: 200_000,
                help: "Of an agent that names no budget."))
        (weights, audit) = (reader.tenantWeights(), AuditPlan(&reader))
        if EgressRules(allowing: kafka) == nil { reader.fault("CADENZA_ASYNCAPI_KAFKA", "has a malformed server") }
        if lanes.isEmpty { reader.fault("CADENZA_WORKER_LANES", "names no lane") }
    }

    /// The functions that run outside of the engine.
    func functions(_ client: ResilientClient, clock: any WallClock) -> FunctionTable {
        var settings = FunctionSettings()
        settings.timeout = httpTimeout
        settings.processes = processes
        settings.localServers = localServers
        settings.kafka = kafka.isEmpty ? nil : EgressRules(allowing: kafka)
        var sources: [any SecretSource] = [EnvironmentSecrets(secrets.mapValues { $0.reveal() })]
        if let secretsFolder { sources.append(FolderSecrets(secretsFolder)) }
        return FunctionTable(settings, client: client, secrets: SecretChain(sources), clock: clock)
    }

    private static func rules(_ reader: inout ConfigurationReader) -> [EffectRule] {
        let name = "CADENZA_EFFECT_RULES"
        let text = reader.optionalString(
            name, help: "What repeating calls of which systems does, as JSON; see docs/operations/incidents.md.")
        guard let text else { return [] }
        guard let elements = (try? JSON(parsing: text))?.array else {
            reader.fault(name, "is no JSON list")
            return []
        }
        return elements.enumerated().compactMap { at, element in
            let rule = EffectRule(json: element)
            if rule == nil { reader.fault(name, "rule \(at + 1) is not well formed") }
            return rule
        }
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
    }
}
