public import Core

/// How a service handles its messages.
public struct MessagingSettings: Sendable {
    /// The service's name: its consumer group and the `source` of its messages.
    public var service: String
    /// The consumer's name in its group, if it is to have one: see `KafkaConsumerConfiguration.instance`.
    public var instance: String?
    /// What stands before every topic's name.
    public var topicPrefix: String
    /// Whose a message is that names no tenant.
    public var tenant: String
    /// Messages in one transaction at most.
    public var batchLimit: Int
    /// How long one poll waits when there is nothing.
    public var pollWait: Duration
    /// Messages in one publish at most.
    public var publishLimit: Int
    /// Unpublished messages from which on partitions are paused.
    public var outboxLimit: Int
    /// How often rows of processes that are gone are looked for.
    public var sweepInterval: Duration
    /// How long published rows stand in the table at most when no later transaction takes them away with it.
    public var removalDelay: Duration
    /// The waits between tries after a failure that may pass; its limit is not used.
    public var retry: RetryPolicy

    /// The settings of `service`.
    public init(
        service: String, topicPrefix: String = "cadenza.", tenant: String = Envelope.defaultTenant,
        batchLimit: Int = 500, pollWait: Duration = .milliseconds(200),
        publishLimit: Int = 2000, outboxLimit: Int = 20_000, sweepInterval: Duration = .seconds(2),
        removalDelay: Duration = .milliseconds(250),
        retry: RetryPolicy = RetryPolicy(base: .milliseconds(50), factor: 2, cap: .seconds(5))
    ) {
        (self.service, self.topicPrefix, self.tenant) = (service, topicPrefix, tenant)
        self.batchLimit = batchLimit
        (self.pollWait, self.publishLimit, self.outboxLimit) = (pollWait, publishLimit, outboxLimit)
        (self.sweepInterval, self.removalDelay, self.retry) = (sweepInterval, removalDelay, retry)
    }
}
