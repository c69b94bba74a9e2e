import LocalBrokerDomain

/// A topic and the logs of its partitions.
final class Topic {
    let name: String
    let id: TopicID
    var settings: TopicSettings {
        didSet { for partition in partitions { partition.settings = settings } }
    }
    var partitions: [PartitionLog] = []

    init(name: String, id: TopicID, settings: TopicSettings) {
        (self.name, self.id, self.settings) = (name, id, settings)
    }
}
