import Core
import Postgres

/// A tenant of the benchmark with a key, a workflow and connections of its own.
struct Tenant: Sendable {
    let workflow: BenchWorkflow
    let api: WorkflowAPI

    /// Adds a key to the gateway's, as whoever runs the installation would, and registers the workflow. `connections`
    /// is how many requests may be under way.
    static func enter(_ name: String, on stage: Stage, connections: Int) async throws -> Tenant {
        var places = stage.places
        places.apiKey = "bench-\(name)"
        try await addKey(places.apiKey, of: name, places)
        let tenant = Tenant(
            workflow: .single(name, port: stage.server.port), api: WorkflowAPI(places, clients: connections))
        try await tenant.api.register(tenant.workflow)
        return tenant
    }

    private static func addKey(_ key: String, of tenant: String, _ places: Places) async throws {
        // The same server and superuser, the services' database.
        let server = places.postgres.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let url = (server + ["cadenza"]).joined(separator: "/")
        let pool = PostgresPool(PostgresConfiguration(url: url, maximum: 1))
        try await pool.execute(
            """
            INSERT INTO gateway.api_keys (hash, tenant, name, roles, created_at)
            VALUES (encode(sha256(convert_to(\(key), 'UTF8')), 'hex'), \(tenant), 'bench', '{operator}', now())
            """)
        await pool.close()
    }
}
