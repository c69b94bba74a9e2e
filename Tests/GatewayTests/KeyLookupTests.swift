import Postgres
import TestKit
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct KeyLookupTests {
    @Test func `what is looked up by its key is not searched for among all of its tenant`() async throws {
        try await withMigratedDatabase(GatewayMigrations.all) { pool in
            try await pool.withConnection { connection in
                // A plan made on empty tables stays; that is when a wrong index looks as good.
                for _ in 0..<10 {
                    #expect(try await ExecutionStore.find("a", tenant: "t", on: connection) == nil)
                    #expect(try await ExecutionStore.used(["a"], on: connection).isEmpty)
                    #expect(try await ApprovalStore.find("a", tenant: "t", on: connection) == nil)
                    #expect(try await DocumentStore.find("a", tenant: "t", on: connection) == nil)
                    #expect(try await MigrationStore.find("a", tenant: "t", on: connection) == nil)
                    #expect(try await RedriveStore.find("a", tenant: "t", on: connection) == nil)
                    #expect(try await IncidentStore.find("a", tenant: "t", on: connection) == nil)
                    #expect(try await DeadLetterDesk.find("a", tenant: "t", on: connection) == nil)
                    #expect(try await DeadLetterDesk.hold("a", tenant: "t", on: connection) == nil)
                    #expect(try await DeadLetterDesk.hold(redrivenAs: "a", tenant: "t", on: connection) == nil)
                }
                _ = try await connection.query("SELECT pg_stat_force_next_flush()")
                let wrong = try await connection.query(
                    """
                    SELECT s.indexrelname::text AS name FROM pg_stat_user_indexes s JOIN pg_index i USING (indexrelid)
                        JOIN pg_attribute a ON a.attrelid = s.relid AND a.attnum = i.indkey[0]
                    WHERE s.schemaname = current_schema AND s.idx_scan > 0 AND a.attname = 'tenant' ORDER BY 1
                    """)
                #expect(try wrong.map { try $0.string("name") } == [])
                let keys = try await connection.query(
                    """
                    SELECT s.relname::text AS name FROM pg_stat_user_indexes s
                    WHERE s.schemaname = current_schema AND s.idx_scan >= 10 AND s.indexrelname LIKE '%\\_pkey'
                    """)
                #expect(keys.count >= 7)
            }
        }
    }
}
