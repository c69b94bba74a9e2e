/// Where the stack's parts answer.
struct Places: Sendable {
    /// A superuser's database on the stack's Postgres server, which the services do not use.
    var postgres: String
    /// The product's own database there, for the same superuser.
    var product: String {
        guard let slash = postgres.lastIndex(of: "/") else { return postgres }
        return postgres[...slash] + "cadenza"
    }
    /// The broker.
    var kafka: String
    /// Before every topic of the product.
    var topicPrefix: String
    /// The gateway, without a slash at the end.
    var api: String
    /// A key for it.
    var apiKey: String

    /// From the environment, as `docker/local/stack env` gives it. Throws `BenchError` with all that is missing.
    init(_ environment: [String: String]) throws(BenchError) {
        let names = ["CADENZA_TEST_POSTGRES_URL", "CADENZA_TEST_KAFKA_BOOTSTRAP", "CADENZA_API", "CADENZA_API_KEY"]
        let missing = names.filter { (environment[$0] ?? "").isEmpty }
        guard missing.isEmpty else {
            throw BenchError("not set: \(missing.joined(separator: ", ")); use benchmarks/run")
        }
        (postgres, kafka) = (environment[names[0]]!, environment[names[1]]!)
        (api, apiKey) = (environment[names[2]]!, environment[names[3]]!)
        topicPrefix = environment["CADENZA_TOPIC_PREFIX"] ?? "cadenza."
    }
}
