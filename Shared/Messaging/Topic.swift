public import Kafka

/// A topic by its name without the installation's prefix, such as `orchestrator.commands.v1`.
public struct Topic: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The name without the prefix.
    public let rawValue: String

    /// The topic of this name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The topic of this name.
    public init(_ name: String) { rawValue = name }

    /// The name without the prefix.
    public var description: String { rawValue }

    /// Commands to the orchestrator, by execution.
    public static let orchestratorCommands = Topic("orchestrator.commands.v1")
    /// Events of executions, by execution.
    public static let orchestratorEvents = Topic("orchestrator.events.v1")
    /// Commands to the workers beside tasks, by task.
    public static let agentsCommands = Topic("agents.commands.v1")
    /// Events of tasks and agents, by execution.
    public static let agentsEvents = Topic("agents.events.v1")
    /// Commands to approvals, by approval.
    public static let approvalsCommands = Topic("approvals.commands.v1")
    /// Events of approvals, by execution.
    public static let approvalsEvents = Topic("approvals.events.v1")
    /// Commands to policy, by execution or policy.
    public static let policyCommands = Topic("policy.commands.v1")
    /// Events of policy, by execution or policy.
    public static let policyEvents = Topic("policy.events.v1")
    /// Commands to the indexer, by document or query.
    public static let knowledgeCommands = Topic("knowledge.commands.v1")
    /// Events of the indexer, by document or query.
    public static let knowledgeEvents = Topic("knowledge.events.v1")
    /// Commands to the state service, by execution.
    public static let stateCommands = Topic("state.commands.v1")
    /// Events of the state service, by execution.
    public static let stateEvents = Topic("state.events.v1")
    /// What happens to executions and tasks, in the words of the Open Workflow DSL: CloudEvents in structured mode, by
    /// execution.
    public static let lifecycleEvents = Topic("lifecycle.events.v1")
    /// CloudEvents from outside, by correlation key.
    public static let ingressEvents = Topic("ingress.events.v1")
    /// Published definitions, compacted.
    public static let definitions = Topic("definitions.v1")
    /// Published policies, compacted.
    public static let policies = Topic("policies.v1")
    /// Published agents, compacted.
    public static let agents = Topic("agents.v1")
    /// Who did what, by tenant.
    public static let audit = Topic("audit.v1")
    /// Messages that nobody could take.
    public static let deadLetters = Topic("dead-letters.v1")

    /// The tasks of a lane (`agent`, `call`), by task.
    public static func tasks(lane: String) -> Topic { Topic("tasks.\(lane).v1") }

    /// The lanes that there are.
    public static let lanes = ["agent", "call"]

    /// Every topic of the product.
    public static let all: [Topic] =
        [
            .orchestratorCommands, .orchestratorEvents, .agentsCommands, .agentsEvents, .approvalsCommands,
            .approvalsEvents, .policyCommands, .policyEvents, .knowledgeCommands, .knowledgeEvents, .stateCommands,
            .stateEvents, .lifecycleEvents, .ingressEvents, .definitions, .policies, .agents, .audit, .deadLetters,
        ] + lanes.map { tasks(lane: $0) }

    /// Whether only the last message of a key is kept.
    public var isCompacted: Bool { [.definitions, .policies, .agents].contains(self) }

    /// How to create the topic.
    public func specification(prefix: String, partitions: Int) -> TopicSpecification {
        TopicSpecification(
            prefix + rawValue, partitions: partitions, settings: isCompacted ? ["cleanup.policy": "compact"] : [:])
    }
}
