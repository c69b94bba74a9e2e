/// A message to be sent.
public struct KafkaMessage: Sendable, Hashable {
    /// The topic's name.
    public var topic: String
    /// The key, which decides the partition as Java clients do (murmur2); nil picks one at random.
    public var key: [UInt8]?
    /// The value; nil is a tombstone.
    public var value: [UInt8]?
    /// Its headers in their order.
    public var headers: [KafkaHeader]

    /// A message with its parts.
    public init(topic: String, key: [UInt8]?, value: [UInt8]?, headers: [KafkaHeader] = []) {
        (self.topic, self.key, self.value, self.headers) = (topic, key, value, headers)
    }
}
