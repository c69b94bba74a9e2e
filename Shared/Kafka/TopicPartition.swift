/// One partition of one topic.
public struct TopicPartition: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The topic's name.
    public var topic: String
    /// The partition's number.
    public var partition: Int32

    /// A partition of a topic.
    public init(_ topic: String, _ partition: Int32) { (self.topic, self.partition) = (topic, partition) }

    /// By topic, then by number.
    public static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }

    /// `topic[3]`
    public var description: String { "\(topic)[\(partition)]" }
}
