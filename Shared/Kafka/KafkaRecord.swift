public import Core

/// A record as it was read.
public struct KafkaRecord: Sendable, Hashable {
    /// The topic's name.
    public var topic: String
    /// The partition's number.
    public var partition: Int32
    /// Its place in the partition. Places may be missing.
    public var offset: Int64
    /// The key; nil when it has none.
    public var key: [UInt8]?
    /// The value; nil is a tombstone.
    public var value: [UInt8]?
    /// Its headers in their order.
    public var headers: [KafkaHeader]
    /// When it was made or appended, as the topic is configured.
    public var timestamp: Instant

    /// A record with its parts.
    public init(
        topic: String, partition: Int32, offset: Int64, key: [UInt8]?, value: [UInt8]?, headers: [KafkaHeader] = [],
        timestamp: Instant = Instant(microseconds: 0)
    ) {
        (self.topic, self.partition, self.offset) = (topic, partition, offset)
        (self.key, self.value, self.headers, self.timestamp) = (key, value, headers, timestamp)
    }
}
