import Configuration
import Contracts
import Core
import GatewayDomain
import HTTP
import Kafka
import Lifecycle
import Messaging
import ObjectStore
import Postgres
import Telemetry
import TestKit

@testable import Gateway

/// A gateway on a real database and a broker, served over HTTP, with the other services played by `Backstage`.
struct Installation: Sendable {
    static let adminKey = "key-of-an-admin"
    let pool: PostgresPool
    let base: String
    let client = HTTPClient()
    let backstage: Backstage
    let objects: FolderObjectStore
    /// Goes on with redrives; only when the test calls it, if it asked for that.
    let runner: RedriveRunner
    /// What the router serves, as `METHOD /pattern`.
    let routes: Set<String>

    /// Asks the API.
    func ask(
        _ method: String, _ path: String, body: [UInt8]? = nil, type: String? = "application/json",
        key: String? = Installation.adminKey, headers: HTTPHeaders = [:]
    ) async throws -> (status: Int, json: JSON, headers: HTTPHeaders) {
        var headers = headers
        if let key { headers["authorization"] = "Bearer \(key)" }
        if let type, body != nil { headers["content-type"] = type }
        let response = try await client.send(
            HTTPClientRequest(method: method, url: base + path, headers: headers, body: body))
        let json = (try? JSON(parsing: response.body)) ?? .string(response.text)
        return (response.status, json, response.headers)
    }

    /// Posts JSON.
    func post(_ path: String, _ body: JSON, idempotencyKey: String? = nil, key: String = Installation.adminKey)
        async throws -> (status: Int, json: JSON, headers: HTTPHeaders)
    {
        var headers: HTTPHeaders = [:]
        headers["idempotency-key"] = idempotencyKey
        return try await ask("POST", path, body: body.bytes(), key: key, headers: headers)
    }

    /// A workflow that is registered, ready to be executed.
    func workflow(_ name: String = "hello", version: String = "1.0.0") async throws {
        let answer = try await ask(
            "POST", "/v1/workflows", body: Array(Self.document(name, version).utf8), type: "application/yaml")
        guard answer.status == 201 else { throw TestFailure("not registered: \(answer)") }
    }

    static func document(_ name: String = "hello", _ version: String = "1.0.0", title: String = "A test") -> String {
        """
        document:
          dsl: '1.0.3'
          namespace: test
          name: \(name)
          version: '\(version)'
          title: \(title)
        do:
          - greet:
              set:
                greeting: hello
        """
    }
}

/// Runs `body` with an installation of its own.
func withGateway(
    limiter: RateLimiter = RateLimiter(rate: 10_000, burst: 10_000, redis: nil, clock: SystemClock()),
    doors: TenantGate = TenantGate(places: 256), backstage: Backstage = Backstage(), picky: Picky = Picky(),
    runsRedrives: Bool = true, answerLimit: String = "60s",
    _ body: @Sendable @escaping (Installation) async throws -> Void
) async throws {
    let broker = try MockKafka(Topic.all.map { "t." + $0.rawValue })
    defer { withExtendedLifetime(broker) {} }
    let kafka = KafkaConfiguration(bootstrap: broker.bootstrap)
    let configuration = try GatewayConfiguration.ofTests(answerLimit)
    try await withMigratedDatabase(GatewayMigrations.all) { pool in
        try await withMigratedDatabase([]) { foreign in
            try await withMigratedDatabase([]) { third in
                let own = messaging("gateway", pool, kafka)
                let others = [
                    (messaging("backstage", foreign, kafka), backstage as any BatchHandler),
                    (messaging("picky", third, kafka), picky),
                ]
                backstage.use(others[0].0.outbox)
                try await withTestObjects { objects in
                    try await serve(
                        pool, own, others, backstage, kafka, objects, limiter, doors, runsRedrives, configuration, body)
                }
            }
        }
    }
}

private typealias Messages = (producer: KafkaProducer, outbox: Outbox)

private func serve(
    _ pool: PostgresPool, _ own: Messages, _ others: [(Messages, any BatchHandler)], _ backstage: Backstage,
    _ kafka: KafkaConfiguration, _ objects: FolderObjectStore, _ limiter: RateLimiter, _ doors: TenantGate,
    _ runsRedrives: Bool, _ configuration: GatewayConfiguration,
    _ body: @Sendable @escaping (Installation) async throws -> Void
) async throws {
    let keys = KeyRing(pool: pool, clock: SystemClock())
    for (key, roles) in [
        (Installation.adminKey, "admin"), ("key-of-a-viewer", "viewer"), ("key-of-an-operator", "operator"),
    ] {
        try await keys.add(key: key, Caller(tenant: "demo", name: "ann", roles: [roles]))
    }
    try await keys.add(key: "key-of-another", Caller(tenant: "other", name: "eve", roles: ["admin"]))
    let api = GatewayAPI(
        pool: pool, outbox: own.outbox, objects: objects, keys: keys,
        limiter: limiter, doors: doors, gate: TenantGate(places: 6), starts: ExecutionStarts(outbox: own.outbox),
        reads: ExecutionReads(pool: pool), identifiers: UUIDv7Source(), clock: SystemClock(), telemetry: .silent,
        configuration: configuration, redriveBegins: Wakeup())
    let server = GatewayService.server(api, configuration)
    try server.start()
    let runner = RedriveRunner(
        redriving: api.redriving, pool: pool, clock: SystemClock(), wakeup: api.redriveBegins)
    let projector = Projector(objects: objects, redriving: api.redriving)
    var members: [ServiceGroup.Member] = []
    for (messages, handler) in [(own, projector as any BatchHandler)] + others {
        let name = "\(members.count)"
        members += [
            .init("producer \(name)", messages.producer), .init("outbox \(name)", messages.outbox),
            .init(
                "processor \(name)",
                MessageProcessor(handler: handler, outbox: messages.outbox, kafka: kafka, telemetry: .silent)),
        ]
    }
    if runsRedrives { members.append(.init("redrives", runner)) }
    members += [.init("starts", api.starts), .init("reads", api.reads), .init("api", server)]
    let group = ServiceGroup(members, grace: .seconds(60), signals: [])
    let installation = Installation(
        pool: pool, base: "http://127.0.0.1:\(server.boundPort ?? 0)", backstage: backstage,
        objects: objects, runner: runner,
        routes: Set(api.router().routes.map { "\($0.method) \($0.pattern)" }))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        let stop = Shutdown()
        tasks.addTask { try await group.run(stop) }
        tasks.addTask {
            defer { stop.request() }
            try await body(installation)
        }
        try await tasks.waitForAll()
    }
}

private func messaging(
    _ service: String, _ pool: PostgresPool, _ kafka: KafkaConfiguration
) -> Messages {
    let producer = KafkaProducer(kafka)
    let settings = MessagingSettings(
        service: service, topicPrefix: "t.", pollWait: .milliseconds(20), sweepInterval: .milliseconds(200))
    return (producer, Outbox(settings: settings, pool: pool, producer: producer, telemetry: .silent))
}

extension GatewayConfiguration {
    fileprivate static func ofTests(_ answerLimit: String) throws -> GatewayConfiguration {
        var reader = ConfigurationReader(environment: [
            "CADENZA_HTTP_LISTEN": "127.0.0.1:0", "CADENZA_GATEWAY_ANSWER_LIMIT": answerLimit,
            "CADENZA_GATEWAY_OUTCOME_LIMIT": "60s",
        ])
        let configuration = GatewayConfiguration(&reader)
        try reader.finish()
        return configuration
    }
}
