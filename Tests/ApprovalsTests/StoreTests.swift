import ApprovalsDomain
import Core
import Postgres
import TestKit
import Testing

@testable import Approvals

/// What is stored is what the rules made, in every state.
@Suite(.timeLimit(.minutes(5))) struct StoreTests {
    @Test func everyStateReadsBackAsItWasWritten() async throws {
        try await withMigratedDatabase(ApprovalsMigrations.all) { pool in
            for seed in 0..<12 as Range<UInt64> { try await run(seed: seed, on: pool) }
        }
    }

    /// Random commands; after each the row is written, and the next one starts from what is read back.
    private func run(seed: UInt64, on pool: PostgresPool) async throws {
        var random = SplitMix64(seed: seed)
        let key = ApprovalKey(tenant: "t\(seed)", id: "e:\(seed)")
        var expected: StoredApproval?
        var now = Instant(microseconds: 1_800_000_000_000_000)
        for step in 0..<25 {
            now = now + .seconds(Int64.random(in: 0...30, using: &random))
            let command = Self.command(step, key, &random)
            let (found, before, time) = try await pool.transaction { connection in
                (try await ApprovalTable.lock([key], on: connection)[key], expected, now)
            }
            #expect(found == before, "seed \(seed), step \(step)")
            guard case .accepted(let events) = Approval.decide(found?.approval, command, now: time) else { continue }
            var stored = found
            for event in events {
                if stored == nil {
                    stored = StoredApproval(
                        approval: Approval(first: event), correlationID: nil, traceparent: "00-a-b-01")
                } else {
                    stored?.approval.apply(event)
                }
            }
            guard let stored, !events.isEmpty else { continue }
            expected = stored
            let rows = decisions(command, key, stored, at: time)
            try await pool.transaction { connection in
                try await ApprovalTable.save([(key, stored)], on: connection)
                try await DecisionTable.insert(rows, on: connection)
            }
        }
    }

    private func decisions(
        _ command: ApprovalCommand, _ key: ApprovalKey, _ stored: StoredApproval, at now: Instant
    ) -> [DecisionRow] {
        guard case .decide(let decision) = command else { return [] }
        return [
            DecisionRow(
                key: key, command: decision, attempt: stored.approval.request.attempt, subjectDigest: "d",
                decidedAt: now)
        ]
    }

    private static func command(_ step: Int, _ key: ApprovalKey, _ random: inout SplitMix64) -> ApprovalCommand {
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1:
            return .request(
                ApprovalRequest(
                    id: key.id, executionID: "e", task: "/do/0/ask", attempt: .random(in: 1...4, using: &random),
                    title: "Grüße \"…\"", subject: Subject(digest: "d", content: [0, 255, 10]),
                    approvers: ["user:ann", "role:lead", "bob"], quorum: 3, sla: .seconds(200),
                    remindEvery: .microseconds(17_000_001), checklist: ["a", "b"]))
        case 2: return .withdraw(reason: "over")
        case 3, 4: return .fireTimer
        default:
            let actor = ["ann", "bob", "cid", "dot"].randomElement(using: &random) ?? "ann"
            let choice: Choice = Int.random(in: 0..<8, using: &random) == 0 ? .rejected : .approved
            let command = DecisionCommand(
                commandID: "c\(step)", choice: choice, comment: "because", actor: Actor(name: actor, roles: ["lead"]))
            return .decide(command)
        }
    }

    @Test func timersAreSetMovedAndTakenAway() async throws {
        try await withMigratedDatabase(ApprovalsMigrations.all) { pool in
            let (one, two) = (ApprovalKey(tenant: "t", id: "1"), ApprovalKey(tenant: "t", id: "2"))
            let now = Instant(microseconds: 1_800_000_000_000_000)
            try await pool.transaction { connection in
                try await TimerTable.set([(one, now), (two, now + .seconds(5))], on: connection)
                #expect(try await TimerTable.next(on: connection) == now)
                try await TimerTable.set([(one, nil), (two, now + .seconds(7))], on: connection)
                #expect(try await TimerTable.next(on: connection) == now + .seconds(7))
                try await TimerTable.set([(two, nil)], on: connection)
                #expect(try await TimerTable.next(on: connection) == nil)
            }
        }
    }

    @Test func theTableItselfRefusesASecondVoteOfOnePerson() async throws {
        try await withMigratedDatabase(ApprovalsMigrations.all) { pool in
            func row(_ command: String) -> DecisionRow {
                DecisionRow(
                    key: ApprovalKey(tenant: "t", id: "1"),
                    command: DecisionCommand(commandID: command, choice: .approved, actor: Actor(name: "ann")),
                    attempt: 1,
                    subjectDigest: "d", decidedAt: Instant(microseconds: 0))
            }
            let error = await #expect(throws: PostgresError.self) {
                try await pool.transaction { try await DecisionTable.insert([row("a"), row("b")], on: $0) }
            }
            #expect(error?.code == .uniqueViolation)
        }
    }
}
