public import Core
public import HTTP
public import Kafka
import Lifecycle
public import Messaging
public import ObjectStore
public import Postgres
public import Redis
public import Telemetry

/// What a service is given to build its members from. All of it is ready for use.
public struct ServiceContext: Sendable {
    /// The service's name, such as `agent-worker`.
    public let name: String
    /// Names this process; another process never has the same.
    public let instanceID: String
    /// What `instanceID` begins with, and those of earlier processes under this one's name, which are no more; nil when
    /// it has none (`CADENZA_KAFKA_INSTANCE`).
    public let predecessors: String?
    /// Whose is what names no tenant.
    public let tenant: String
    /// Logger, metrics and tracer.
    public let telemetry: Telemetry
    /// The service's own schema, migrated.
    public let pool: PostgresPool
    /// How to reach the brokers.
    public let kafka: KafkaConfiguration
    /// Runs as a member already.
    public let producer: KafkaProducer
    /// Runs as a member already.
    public let outbox: Outbox
    /// For calls to outside servers.
    public let http: HTTPClient
    /// Blobs.
    public let objects: any ObjectStore
    /// Caches and limits; losing it loses speed, never truth.
    public let redis: RedisClient
    /// The time.
    public let clock: any WallClock
    /// New ids.
    public let identifiers: any IdentifierSource
    /// What `/readyz` answers.
    public let readiness: Readiness

    /// A context; the frame makes one for each run of a service.
    package init(
        name: String, instanceID: String, predecessors: String? = nil, tenant: String, telemetry: Telemetry,
        pool: PostgresPool, kafka: KafkaConfiguration, producer: KafkaProducer, outbox: Outbox, http: HTTPClient,
        objects: any ObjectStore, redis: RedisClient, clock: any WallClock, identifiers: any IdentifierSource,
        readiness: Readiness
    ) {
        self.predecessors = predecessors
        (self.name, self.instanceID, self.tenant, self.telemetry) = (name, instanceID, tenant, telemetry)
        (self.pool, self.kafka, self.producer, self.outbox) = (pool, kafka, producer, outbox)
        (self.http, self.objects, self.redis, self.clock) = (http, objects, redis, clock)
        (self.identifiers, self.readiness) = (identifiers, readiness)
    }

    /// A processor for `handler`, on which readiness depends from now on. The caller makes it a member.
    public func processor(for handler: any BatchHandler) -> MessageProcessor {
        let processor = MessageProcessor(handler: handler, outbox: outbox, kafka: kafka, telemetry: telemetry)
        readiness.add("messages") { processor.isReady ? nil : "has not joined its consumer group yet" }
        return processor
    }
}
