import Core
import GatewayDomain
import Postgres

extension ExecutionStore {
    /// A row that is locked, as it was read and as it is to be.
    struct Change: Sendable {
        var before: ExecutionRow
        var after: ExecutionRow

        /// What is to be written beside that which changes with each event.
        fileprivate var extent: Extent {
            if before.input != after.input { return .input }
            let (old, new) = (before.projection, after.projection)
            let isSame = old.output == new.output && old.fault == new.fault && old.endedAt == new.endedAt
            return isSame ? .step : .result
        }
    }

    /// How much of a row is written. Values may be large, and a value that is written is parsed, compressed and stored
    /// anew even when it is the same.
    fileprivate enum Extent: CaseIterable {
        case step, result, input
    }

    /// Stores what changed of rows that are locked.
    static func update(_ changes: [Change], on connection: PostgresConnection) async throws {
        let groups = Dictionary(grouping: changes, by: \.extent).mapValues { $0.map(\.after) }
        for extent in Extent.allCases {
            guard let rows = groups[extent] else { continue }
            let more = more(extent, rows)
            connection.perform(
                """
                UPDATE executions SET version = n.version, status = n.status, sequence = n.sequence,
                    started_at = n.started_at, updated_at = n.updated_at, causes = n.causes\(more.assignments)
                FROM unnest(
                    \(rows.map(\.id)), \(rows.map(\.version)), \(rows.map(\.projection.status)),
                    \(rows.map(\.projection.sequence)), \(rows.map(\.projection.startedAt)), \(rows.map(\.updatedAt)),
                    \(rows.map { JSON.array($0.projection.causes) })\(more.values)
                ) AS n (id, version, status, sequence, started_at, updated_at, causes\(more.names))
                WHERE executions.execution_id = n.id
                """)
        }
    }

    private static func more(_ extent: Extent, _ rows: [ExecutionRow]) -> (assignments: SQL, values: SQL, names: SQL) {
        if extent == .step { return ("", "", "") }
        var more: (assignments: SQL, values: SQL, names: SQL) = (
            ", output = n.output, fault = n.fault, ended_at = n.ended_at",
            """
            , \(rows.map(\.projection.output)), \(rows.map(\.projection.fault)), \(rows.map(\.projection.endedAt))
            """, ", output, fault, ended_at"
        )
        if extent == .input {
            more.assignments = more.assignments + ", input = n.input"
            more.values = more.values + ", \(rows.map(\.input))"
            more.names = more.names + ", input"
        }
        return more
    }
}
