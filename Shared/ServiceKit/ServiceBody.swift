import Configuration
import Core
import HTTP
import Kafka
import Lifecycle
import Messaging
import ObjectStore
import Postgres
import Redis
import Telemetry

/// The service proper: waits for what it stands on, prepares it, then runs the members.
struct ServiceBody: Service {
    let program: ServiceProgram
    let common: FrameConfiguration
    let instance: String
    let telemetry: Telemetry
    let http: HTTPClient
    let readiness: Readiness
    let services: @Sendable (ServiceContext) async throws -> [ServiceGroup.Member]

    func run(_ shutdown: Shutdown) async throws {
        var database = PostgresConfiguration(
            url: common.postgresURL.reveal(), maximum: common.postgresConnections,
            searchPath: [program.schema, "public"], applicationName: instance)
        database.plans = program.plans
        let pool = PostgresPool(database)
        let startUp = StartUp(readiness: readiness, logger: telemetry.logger)
        let kafka = KafkaConfiguration(
            bootstrap: common.kafkaBootstrap, clientID: instance, extra: common.kafkaSettings, logger: telemetry.logger)
        guard try await startUp.database(pool, program, shutdown),
            try await startUp.topics(kafka, specifications, shutdown)
        else { return await pool.close() }
        let context = try context(pool, kafka)
        do { try await context.producer.prepare(specifications.map(\.name)) } catch {
            telemetry.logger.debug(
                "The topics' partitions are learnt as they are needed", [.error: .string("\(error)")])
        }
        let own = try await services(context)
        let upkeep = ReadinessUpkeep(pool: pool, kafka: kafka, readiness: readiness)
        let group = ServiceGroup(
            [.init("upkeep", upkeep), .init("producer", context.producer), .init("outbox", context.outbox)] + own,
            grace: common.grace, signals: []
        ) { [logger = telemetry.logger] event in ServiceRun.log(event, logger) }
        readiness.set("start", nil)
        telemetry.logger.notice("Running")
        defer { readiness.set("stop", "stopping") }
        try await group.run(shutdown)
        await context.redis.close()
        await pool.close()
    }

    private var specifications: [TopicSpecification] {
        program.topics.map { $0.specification(prefix: common.topicPrefix, partitions: common.partitions) }
    }

    private func context(_ pool: PostgresPool, _ kafka: KafkaConfiguration) throws -> ServiceContext {
        let clock = SystemClock()
        let producer = KafkaProducer(kafka)
        var settings = MessagingSettings(
            service: program.name, topicPrefix: common.topicPrefix, tenant: common.tenant)
        settings.instance = common.kafkaInstance
        return ServiceContext(
            name: program.name, instanceID: instance, predecessors: common.predecessors, tenant: common.tenant,
            telemetry: telemetry, pool: pool, kafka: kafka, producer: producer,
            outbox: Outbox(settings: settings, pool: pool, producer: producer, telemetry: telemetry, clock: clock),
            http: http,
            objects: try makeObjectStore(
                common.objects, accessKey: common.s3AccessKey, secretKey: common.s3SecretKey?.reveal(), client: http),
            redis: RedisClient(
                try RedisConfiguration(url: common.redisURL.reveal()), telemetry: telemetry, clock: clock),
            clock: clock, identifiers: UUIDv7Source(clock: clock), readiness: readiness)
    }
}
