/// What a consumer reads and how its group shares the partitions.
public struct KafkaConsumerConfiguration: Sendable {
    /// The group's name.
    public var group: String
    /// The topics' names.
    public var topics: [String]
    /// `cooperative-sticky` or `range`. Never mix them in one group; `range` where topics are co-partitioned.
    public var assignor: String
    /// A consumer that is silent this long loses its partitions.
    public var sessionTimeout: Duration
    /// A consumer that does not poll for this long loses its partitions.
    public var maximumPollInterval: Duration
    /// How long a poll waits after its first record for more, unless `max` are there.
    public var gathering: Duration
    /// A name that no other living member of the group has. Who comes back under it within the session time-out has
    /// its partitions again at once. Nil: each start is a new member.
    public var instance: String?

    /// By default: range, 10 s, 5 min. librdkafka before 2.3 (Debian 12 has 2.0) ends the whole process when a consumer
    /// with cooperative-sticky is closed before its first assignment, so that is only for hosts with a newer one.
    public init(
        group: String, topics: [String], assignor: String = "range",
        sessionTimeout: Duration = .seconds(10),
        maximumPollInterval: Duration = .seconds(300), gathering: Duration = .zero, instance: String? = nil
    ) {
        (self.group, self.topics, self.assignor) = (group, topics, assignor)
        (self.sessionTimeout, self.maximumPollInterval) = (sessionTimeout, maximumPollInterval)
        (self.gathering, self.instance) = (gathering, instance)
    }
}
