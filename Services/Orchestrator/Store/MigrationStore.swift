import Core
import OrchestratorDomain
import Postgres
import Workflow

/// The table of migrations from version to version.
struct MigrationStore {
    let connection: PostgresConnection

    /// A migration with what it is about.
    struct Row: Sendable {
        var id: String
        var tenant: String
        var from: DefinitionReference
        var toVersion: String
        var mapping: [String: String]
        var batch: Int
        var traceparent: String?
        var createdAt: Instant
        var job: MigrationJob

        /// The version that it leads to.
        var to: DefinitionReference {
            DefinitionReference(namespace: from.namespace, name: from.name, version: toVersion)
        }
    }

    /// Adds a migration; false when it is there already.
    func insert(_ row: Row) async throws -> Bool {
        let mapping = JSON.object(
            JSONObject(row.mapping.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        return try await connection.execute(
            """
            INSERT INTO migrations (id, tenant, namespace, name, from_version, to_version, mapping, applies, batch,
                phase, cursor, step, counts, traceparent, created_at)
            VALUES (\(row.id), \(row.tenant), \(row.from.namespace), \(row.from.name), \(row.from.version),
                \(row.toVersion), \(mapping), \(row.job.applies), \(row.batch), \(row.job.phase.rawValue),
                \(row.job.cursor), \(row.job.step), \(row.job.counts), \(row.traceparent), \(row.createdAt))
            ON CONFLICT (id) DO NOTHING
            """) == 1
    }

    /// Locks the oldest migration that is to be worked on and that no other process has.
    func claim() async throws -> Row? {
        try await connection.query(
            """
            SELECT id, tenant, namespace, name, from_version, to_version, mapping, applies, batch, phase, cursor, step,
                counts, traceparent, created_at
            FROM migrations WHERE phase IN ('planning', 'applying')
            ORDER BY created_at FOR UPDATE SKIP LOCKED LIMIT 1
            """
        ).first.map(Self.row)
    }

    /// Stores how far a migration is.
    func update(_ row: Row) async throws {
        try await connection.execute(
            """
            UPDATE migrations SET phase = \(row.job.phase.rawValue), cursor = \(row.job.cursor),
                step = \(row.job.step), counts = \(row.job.counts)
            WHERE id = \(row.id)
            """)
    }

    private static func row(_ row: PostgresRow) throws -> Row {
        var job = MigrationJob(applies: try row.bool("applies"))
        job.phase = MigrationJob.Phase(rawValue: try row.string("phase")) ?? .done
        job.cursor = try row.string("cursor")
        job.step = try row.int64("step")
        job.counts = try row.int64s("counts")
        var mapping: [String: String] = [:]
        for (old, new) in try row.json("mapping").object ?? [:] { mapping[old] = new.string }
        let reference = DefinitionReference(
            namespace: try row.string("namespace"), name: try row.string("name"),
            version: try row.string("from_version"))
        return Row(
            id: try row.string("id"), tenant: try row.string("tenant"), from: reference,
            toVersion: try row.string("to_version"), mapping: mapping, batch: try row.int("batch"),
            traceparent: try row.optionalString("traceparent"), createdAt: try row.instant("created_at"), job: job)
    }
}

extension MigrationJob {
    /// As the table keeps them.
    fileprivate var counts: [Int64] {
        get { [safe, needsMapping, impossible, migrated, migratedInPass, heldInPass, left] }
        set {
            guard newValue.count == 7 else { return }
            (safe, needsMapping, impossible) = (newValue[0], newValue[1], newValue[2])
            (migrated, migratedInPass, heldInPass, left) = (newValue[3], newValue[4], newValue[5], newValue[6])
        }
    }
}
