public import ProtoWire

/// Every message of the schemas.
public enum MessageCatalogue {
    /// The types of all messages, package by package.
    public static let all: [any ProtoMessage.Type] =
        AgentsV1.messages + ApprovalsV1.messages + AuditV1.messages + CoreV1.messages + DeadlettersV1.messages
        + HistoryV1.messages + KnowledgeV1.messages + LivenessV1.messages + OrchestratorV1.messages
        + OutboxV1.messages + PolicyV1.messages + StateV1.messages + TasksV1.messages

    /// The type whose full name is `protoName`, as it stands in `ce_type`; nil when there is none.
    public static func type(named protoName: String) -> (any ProtoMessage.Type)? { byName[protoName] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.protoName, $0) })
}
