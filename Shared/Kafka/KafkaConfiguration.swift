public import Telemetry

/// How to reach Kafka and how to behave there.
public struct KafkaConfiguration: Sendable {
    /// `host:port,host:port`
    public var bootstrap: String
    /// What the broker's log shows.
    public var clientID: String
    /// librdkafka settings that override ours, such as `security.protocol`.
    public var extra: [String: String]
    /// How long a producer gathers messages before it sends. Nothing by default: what waits meanwhile forms the batch.
    public var linger: Duration
    /// How long a producer tries before it gives a message up. Zero, the default, is for ever: the order is kept.
    public var messageTimeout: Duration
    /// Gets librdkafka's own log, at `debug`.
    public var logger: Logger
    /// How consumers reach the brokers.
    package var sessions = KafkaSessions.librdkafka

    /// A configuration with the defaults said at the members.
    public init(
        bootstrap: String, clientID: String = "cadenza", extra: [String: String] = [:], linger: Duration = .zero,
        messageTimeout: Duration = .zero, logger: Logger = .silent
    ) {
        (self.bootstrap, self.clientID, self.extra) = (bootstrap, clientID, extra)
        (self.linger, self.messageTimeout, self.logger) = (linger, messageTimeout, logger)
    }
}
