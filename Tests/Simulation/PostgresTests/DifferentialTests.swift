import Core
import Foundation
import Postgres
import TestKit
import Testing

/// Random runs of all that the services say, by two sessions that cross each other, against the real server.
@Suite(.timeLimit(.minutes(10))) struct SimulatedPostgresDifferentialTests {
    @Test(arguments: Catalogue.all) func `the simulated server answers as the real one does`(_ catalogue: Catalogue)
        async throws
    {
        let statements = try await catalogue.statements()
        var counts: [String: Duel.Count] = [:]
        for seed in Self.seeds {
            let duel = try await Self.fight(catalogue, statements, seed: seed)
            let differences = await duel.differences
            #expect(differences.isEmpty, "seed \(seed): \(differences.joined(separator: "\n"))")
            if !differences.isEmpty { return }
            counts.merge(await duel.counts) { $0 + $1 }
        }
        let idle = statements.map(\.text).filter { !$0.contains("pg_xact_status") && counts[$0]?.rows ?? 0 == 0 }
        #expect(Set(idle) == [], "these never found or changed anything")
    }

    private static func fight(_ catalogue: Catalogue, _ statements: [SQL], seed: UInt64) async throws -> Duel {
        var fought: Duel?
        try await withMigratedDatabase(catalogue.migrations) { pool in
            let duel = try Duel(pool.configuration, catalogue.tables)
            try await duel.open(3)
            try await run(statements, seed: seed, duel)
            try await duel.compare(try await tables(pool))
            await duel.close()
            fought = duel
        }
        return try #require(fought)
    }

    /// More with `CADENZA_DIFFERENTIAL=100`, others with `CADENZA_SEED=7`.
    private static var seeds: Range<UInt64> {
        let environment = ProcessInfo.processInfo.environment
        let first = environment["CADENZA_SEED"].flatMap(UInt64.init) ?? 1
        return first..<first + (environment["CADENZA_DIFFERENTIAL"].flatMap(UInt64.init) ?? 4)
    }

    private static func tables(_ pool: PostgresPool) async throws -> [String] {
        let schema = pool.configuration.searchPath[0]
        return try await pool.query(
            "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = \(schema) ORDER BY 1"
        ).map { try $0.string("name") }.filter { $0 != "schema_migrations" }
    }

    private static func run(_ statements: [SQL], seed: UInt64, _ duel: Duel) async throws {
        var mutation = Mutation(random: SplitMix64(seed: seed), now: SystemClock().now())
        let transactions = ["COMMIT", "ROLLBACK", "SAVEPOINT s", "ROLLBACK TO SAVEPOINT s", "RELEASE SAVEPOINT s"]
        var failed: Set<Int> = []
        // Once as the services have them, so that each finds what it is for.
        for sql in statements where !sql.text.contains("pg_xact_status") { try await duel.run(sql, in: 0) }
        for _ in 0..<400 {
            let session = Int.random(in: 0...1, using: &mutation.random)
            let dice = Int.random(in: 0..<10, using: &mutation.random)
            if failed.remove(session) != nil, await !duel.isIdle(session) {
                try await duel.control(dice < 7 ? "ROLLBACK TO SAVEPOINT s" : "COMMIT", in: session)
            } else if dice > 1 {
                let sql = statements.randomElement(using: &mutation.random)!
                if sql.text.contains("pg_xact_status") { continue }
                if try await duel.run(dice > 3 ? mutation.other(sql) : sql, in: session) { failed.insert(session) }
            } else if await duel.isIdle(session) {
                try await duel.control("BEGIN", in: session)
                try await duel.control("SAVEPOINT s", in: session)
            } else {
                try await duel.control(transactions.randomElement(using: &mutation.random)!, in: session)
            }
        }
        for session in 0...1 where await !duel.isIdle(session) { try await duel.control("COMMIT", in: session) }
    }
}
