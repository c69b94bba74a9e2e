import Core
import HTTP
import Kafka
import Lifecycle
import Messaging
import Postgres
import Redis
import ServiceKit
import Telemetry

/// What a process has around its service, as ServiceKit gives it: real parts over simulated servers.
struct Frame: Sendable {
    let service: Service
    let incarnation: Incarnation
    let pool: PostgresPool
    let kafka: KafkaConfiguration
    let sink: any MessageSink
    let http: HTTPClient
    let objects: SimulatedObjects
    let telemetry: Telemetry

    /// Runs until it fails.
    func run() async throws {
        let clock = SystemClock()
        let settings = MessagingSettings(
            service: service.rawValue, topicPrefix: Publication.prefix, pollWait: .seconds(4),
            sweepInterval: .seconds(5))
        let outbox = Outbox(settings: settings, pool: pool, producer: sink, telemetry: telemetry, clock: clock)
        let context = ServiceContext(
            name: service.rawValue, instanceID: incarnation.name, tenant: "default", telemetry: telemetry, pool: pool,
            kafka: kafka, producer: KafkaProducer(kafka), outbox: outbox, http: http, objects: objects,
            redis: RedisClient(try RedisConfiguration(url: "redis://127.0.0.1:1")), clock: clock,
            identifiers: UUIDv7Source(clock: clock), readiness: Readiness())
        let group = ServiceGroup(
            [.init("outbox", outbox)] + (try service.members(context)), grace: .seconds(10), signals: [])
        try await group.run()
    }
}

/// A producer's way to the simulated broker.
struct SimulatedSink: MessageSink {
    let broker: SimulatedBroker
    let process: String
    /// Told before and after a request.
    let reach: @Sendable (String) -> Void

    func send(_ messages: [KafkaMessage]) async throws {
        reach("before send")
        try await broker.send(messages, from: process)
        reach("after send")
    }
}
