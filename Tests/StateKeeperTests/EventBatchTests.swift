import Core
import Postgres
import StateKeeperDomain
import TestKit
import Testing

@testable import StateKeeper

@Suite(.timeLimit(.minutes(5))) struct EventBatchTests {
    private static let chain = HashChain { bytes in
        (0..<32).map { place in bytes.reduce(UInt8(place)) { ($0 &* 31) &+ $1 } }
    }

    /// Histories of random lengths, with messages of random sizes; each event follows the one before.
    private static func histories(_ random: inout SplitMix64, tenants: Int = 3) -> [[EventTable.Event]] {
        (0..<tenants).map { tenant in
            var previous = HashChain.origin
            return (1...(1 + Int64(random.next() % 200))).map { sequence in
                let size = random.next() % 12 == 0 ? 9000 : random.next() % 900
                let message = (0..<size).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                previous = chain.link(previous: previous, sequence: sequence, message: message)
                return EventTable.Event(
                    key: ExecutionKey(tenant: "t\(tenant)", execution: "e"),
                    event: .init(sequence: sequence, message: message, hash: previous),
                    happenedAt: Instant(microseconds: sequence * 7))
            }
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `rows give the events back that went into them, and keep within their bounds`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let events = Self.histories(&random).flatMap { $0 }
        let batches = EventBatch.batches(events)
        #expect(batches.flatMap(\.events).map(\.event) == events.map(\.event))
        #expect(batches.flatMap(\.events).map(\.key) == events.map(\.key))
        #expect(batches.flatMap(\.events).map(\.happenedAt) == events.map(\.happenedAt))
        for batch in batches {
            #expect(batch.size <= EventBatch.most)
            #expect(batch.size == 1 || batch.message.count <= EventBatch.largest)
        }
        #expect(batches.count < events.count / 2)
    }

    @Test func `an event alone is stored as it was published`() {
        let row = EventTable.Event(
            key: ExecutionKey(tenant: "t", execution: "e"),
            event: .init(sequence: 4, message: [1, 2], hash: HashChain.origin), happenedAt: Instant(microseconds: 3))
        let batches = EventBatch.batches([row])
        #expect(batches.map(\.message) == [[1, 2]] && batches.map(\.size) == [1])
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a byte that is changed in a row is found, whatever it is part of`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let events = Self.histories(&random, tenants: 1)[0]
        let log = HistoryLog(lastSequence: Int64(events.count), lastHash: events.last!.event.hash)
        var batches = EventBatch.batches(events)
        let at = Int(random.next() % UInt64(batches.count))
        let place = Int(random.next() % UInt64(max(1, batches[at].message.count)))
        guard !batches[at].message.isEmpty else { return }
        let before = batches[at].events.map { ($0.event, $0.happenedAt) }
        batches[at].message[place] ^= UInt8(1 + random.next() % 255)
        let after = batches[at].events.map { ($0.event, $0.happenedAt) }
        var verification = HistoryVerification(chain: Self.chain)
        let finding = batches.flatMap(\.events).lazy.compactMap { verification.check($0.event) }.first
        // A time is not in the chain, nor was it when each event had a row.
        let isOnlyTime = zip(before, after).allSatisfy { $0.0 == $1.0 } && before.count == after.count
        #expect(isOnlyTime || finding != nil || verification.finish(log) != nil)
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `pages of any size give a history whole, rows of former versions among the others`(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let histories = Self.histories(&random)
        try await withMigratedDatabase(StateKeeperService.migrations) { pool in
            try await pool.transaction { connection in
                for history in histories {
                    var rest = history[...]
                    while !rest.isEmpty {
                        // One by one, as former versions did, or what came in a poll.
                        let isFormer = random.next() % 2 == 0
                        let part = rest.prefix(1 + Int(random.next() % 100))
                        rest = rest.dropFirst(part.count)
                        for piece in isFormer ? part.map({ [$0] }) : [Array(part)] {
                            try await EventTable.append(piece, on: connection)
                        }
                    }
                }
                for history in histories {
                    for size in [1, 7, 50, 500] {
                        var found: [EventTable.Event] = []
                        while found.count < history.count {
                            let last = found.last?.event.sequence ?? 0
                            let page = try await EventTable.page(
                                history[0].key, after: last, limit: size, on: connection)
                            try #require(page.count == min(size, history.count - found.count))
                            found += page
                        }
                        #expect(found.map(\.event) == history.map(\.event))
                    }
                }
            }
        }
    }

    @Test func `a page reads no more rows than it has events for, and what is behind a hole is found`() async throws {
        let key = ExecutionKey(tenant: "t", execution: "e")
        let events = (1...6400).map { sequence in
            EventTable.Event(
                key: key, event: .init(sequence: sequence, message: [1], hash: HashChain.origin),
                happenedAt: Instant(microseconds: sequence))
        }
        try await withMigratedDatabase(StateKeeperService.migrations) { pool in
            try await pool.transaction { try await EventTable.append(events, on: $0) }
            try await pool.execute("ANALYZE events")
            func page(after sequence: Int64, of pool: PostgresPool) async throws -> [Int64] {
                try await pool.withConnection {
                    try await EventTable.page(key, after: sequence, limit: 128, on: $0).map(\.event.sequence)
                }
            }
            // Two full rows, and one before them that might hold the first.
            let read = try await pool.rowsRead(of: "events") { (pool) async throws in
                #expect(try await page(after: 640, of: pool) == Array(641...768))
            }
            #expect((2...4).contains(read))
            try await pool.execute("DELETE FROM events WHERE sequence BETWEEN 641 AND 3200")
            #expect(try await page(after: 640, of: pool) == Array(3201...3328))
            #expect(try await page(after: .min, of: pool) == Array(1...128))
            #expect(try await page(after: .max, of: pool) == [])
        }
    }
}
