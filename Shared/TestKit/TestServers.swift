import Core
import Glibc
import Lifecycle
import Postgres

/// The servers that the tests of this process share: each is started at first use and gone with the process. Where the
/// environment names one (`CADENZA_TEST_POSTGRES_URL`, `CADENZA_TEST_KAFKA_BOOTSTRAP`, `CADENZA_TEST_REDIS_URL`) that
/// one is taken instead.
public actor TestServers {
    /// The one of this process.
    public static let shared = TestServers()

    /// Starting blocks, so it has a thread.
    private nonisolated let thread = ThreadExecutor(name: "test-servers")
    private var postgres: PostgresServer?
    private var kafka: KafkaServer?

    /// The thread on which servers are started.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// The superuser's URL of a PostgreSQL with the extension `vector`.
    public func postgresURL() async throws -> String {
        if let given = getenv("CADENZA_TEST_POSTGRES_URL") { return String(cString: given) }
        if let postgres { return postgres.url }
        let server = try PostgresServer()
        postgres = server
        return server.url
    }

    /// Where a broker listens.
    public func kafkaBootstrap() async throws -> String {
        if let given = getenv("CADENZA_TEST_KAFKA_BOOTSTRAP") { return String(cString: given) }
        if let kafka { return kafka.bootstrap }
        let server = try KafkaServer()
        kafka = server
        return server.bootstrap
    }

    /// Runs `work` on this actor's thread, where blocking is allowed.
    public func blocking<Value: Sendable>(_ work: @Sendable () throws -> Value) async throws -> Value { try work() }
}
