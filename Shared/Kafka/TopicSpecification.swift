/// A topic as it should be.
public struct TopicSpecification: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// How many partitions it has.
    public var partitions: Int
    /// How many replicas; -1 leaves it to the broker.
    public var replication: Int
    /// Settings that differ from the broker's, such as `cleanup.policy`.
    public var settings: [String: String]

    /// A topic: by default 12 partitions, replicas as the broker likes.
    public init(_ name: String, partitions: Int = 12, replication: Int = -1, settings: [String: String] = [:]) {
        (self.name, self.partitions, self.replication, self.settings) = (name, partitions, replication, settings)
    }
}
