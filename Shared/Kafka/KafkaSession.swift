/// A membership of a group, as a consumer uses it: librdkafka's, or a simulated one. Calls are serialised.
package protocol KafkaSession: AnyObject {
    /// Whether the group, or the broker, has said something that was not taken yet.
    var hasEvents: Bool { get }
    /// What they said, oldest first.
    func takeEvents() -> [KafkaAssignment]
    /// Returns when there is something to poll, or after `wait`. librdkafka's returns at once: its `poll` waits.
    func ready(within wait: Duration) async
    /// Delivers up to `maximum` records, waiting for the first one only.
    func poll(_ maximum: Int, _ wait: Duration, _ deliver: (KafkaRecord) -> Void) throws(KafkaError)
    /// Reads these partitions at these offsets; nil is the first record there is.
    func assign(_ offsets: [(TopicPartition, Int64?)]) throws(KafkaError)
    /// Gives partitions up.
    func release(_ partitions: [TopicPartition]) throws(KafkaError)
    /// Stops reading partitions that stay assigned.
    func pause(_ partitions: [TopicPartition])
    /// Reads paused partitions again.
    func resume(_ partitions: [TopicPartition])
    /// Tells the group where the next record of each partition is, without waiting.
    func commit(_ offsets: [(TopicPartition, Int64?)])
    /// The offset after a partition's last record; nil when it is not known yet.
    func end(_ partition: TopicPartition) -> Int64?
    /// Leaves the group.
    func close()
}

extension RDKafkaConsumer: KafkaSession {
    func ready(within wait: Duration) async {}
}
