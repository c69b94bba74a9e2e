import Core
import GatewayDomain
import Postgres

/// An execution in the read model.
struct ExecutionRow: Sendable {
    var id: String
    var tenant: String
    var namespace: String
    var name: String
    var version: String
    var projection: ExecutionProjection
    var input: JSON?
    var actor: String
    var correlationID: String?
    var createdAt: Instant
    var updatedAt: Instant

    init(
        id: String, tenant: String, namespace: String, name: String, version: String, input: JSON?, actor: String,
        correlationID: String?, createdAt: Instant
    ) {
        (self.id, self.tenant, self.namespace, self.name) = (id, tenant, namespace, name)
        (self.version, self.input, self.actor, self.correlationID) = (version, input, actor, correlationID)
        (self.createdAt, updatedAt, projection) = (createdAt, createdAt, ExecutionProjection())
    }

    init(_ row: PostgresRow) throws(PostgresError) {
        id = try row.string("execution_id")
        tenant = try row.string("tenant")
        namespace = try row.string("namespace")
        name = try row.string("name")
        version = try row.string("version")
        projection = ExecutionProjection(
            sequence: try row.int("sequence"), status: try row.string("status"),
            output: try row.optionalJSON("output"), fault: try row.optionalJSON("fault"),
            startedAt: try row.optionalInstant("started_at"), endedAt: try row.optionalInstant("ended_at"),
            causes: try row.optionalJSON("causes")?.array ?? [])
        input = try row.optionalJSON("input")
        actor = try row.string("actor")
        correlationID = try row.optionalString("correlation_id")
        createdAt = try row.instant("created_at")
        updatedAt = try row.instant("updated_at")
    }
}
