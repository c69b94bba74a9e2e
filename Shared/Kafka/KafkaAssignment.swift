/// What the group, or the broker, says about a consumer's partitions. Each is to be answered.
public enum KafkaAssignment: Sendable, Hashable {
    /// These partitions come. Answer with `assign`; nothing is read from them before.
    case assigned([TopicPartition])
    /// These partitions go. Finish what is under way, then answer with `release`; nobody else has them before.
    case revoked([TopicPartition])
    /// These partitions are gone already; somebody else may have them. Answer with `release`.
    case lost([TopicPartition])
    /// The position to read from does not exist: deleted by retention, or the topic was made anew. Answer with `seek`.
    case outOfRange(TopicPartition)
}
