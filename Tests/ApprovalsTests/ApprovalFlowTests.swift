import Contracts
import Core
import Messaging
import Postgres
import TestKit
import Testing

@testable import Approvals

/// From command to event, through the broker and the database.
@Suite(.timeLimit(.minutes(5))) struct ApprovalFlowTests {
    @Test func anApprovalIsAskedRemindedAndDecided() async throws {
        try await withInstallation { installation in
            let asker = installation.asker
            try await installation.running {
                try await asker.send(Sample.request("e:1", quorum: 2), to: "e:1", id: "1")
                let asked = try await asker.wait(ApprovalsV1.ApprovalRequested.self)[0]
                #expect(asked.subjectDigest == Sample.digest && asked.checklist == ["look"] && asked.quorum == 2)
                #expect(asked.dueUs - asked.requestedUs == 100_000_000)
                installation.clock.advance(by: .seconds(51))
                #expect(try await asker.wait(ApprovalsV1.ApprovalReminded.self)[0].count == 1)
                try await asker.send(Sample.decision("e:1", "c1", by: "ann"), to: "e:1", id: "c1")
                let recorded = try await asker.wait(ApprovalsV1.DecisionRecorded.self)[0]
                #expect(recorded.approvals == 1 && recorded.quorum == 2 && recorded.actor == "ann")
                try await asker.send(Sample.decision("e:1", "c2", by: "bob"), to: "e:1", id: "c2")
                let decided = try await asker.wait(ApprovalsV1.ApprovalDecided.self)[0]
                #expect(decided.decision == .approved && decided.actor == "bob" && decided.executionID == "e")
                #expect(decided.subjectDigest == Sample.digest && decided.commandID == "c2")
            }
        }
    }

    @Test func timersThatAreGoneOrMovedAreSetAgainForTheSameMoments() async throws {
        try await withInstallation { installation in
            let (asker, pool) = (installation.asker, installation.pool)
            let ids = (1...5).map { "e:\($0)" }
            try await installation.running {
                for id in ids { try await asker.send(Sample.request(id), to: id, id: id) }
                try await eventually("all are asked") {
                    try asker.all(ApprovalsV1.ApprovalRequested.self).count == ids.count
                }
                let before = try await Self.timers(pool)
                #expect(before.count == ids.count)
                try await pool.execute("DELETE FROM timers WHERE approval_id <> 'e:4'")
                try await pool.execute("UPDATE timers SET due_at = due_at + interval '1 day'")
                try await eventually("the timers are set again") {
                    installation.clock.advance(by: .milliseconds(101))
                    return try await Self.timers(pool) == before
                }
                try await asker.send(Sample.decision("e:2", "c1", by: "ann"), to: "e:2", id: "c1")
                try await asker.wait(ApprovalsV1.ApprovalDecided.self)
                installation.clock.advance(by: .seconds(100))
                try await eventually("the others expire, what is decided does not") {
                    installation.clock.advance(by: .milliseconds(101))
                    return try asker.all(ApprovalsV1.ApprovalExpired.self).map(\.approvalID).sorted()
                        == ["e:1", "e:3", "e:4", "e:5"]
                }
                #expect(try await Self.timers(pool).isEmpty)
            }
        }
    }

    private static func timers(_ pool: PostgresPool) async throws -> [String: Instant] {
        let rows = try await pool.query("SELECT approval_id, due_at FROM timers")
        return try Dictionary(
            uniqueKeysWithValues: rows.map { (try $0.string("approval_id"), try $0.instant("due_at")) })
    }

    @Test func whatNobodyDecidesExpiresOnceAndLateDecisionsAreRefused() async throws {
        try await withInstallation { installation in
            let asker = installation.asker
            try await installation.running {
                try await asker.send(Sample.request("e:1"), to: "e:1", id: "1")
                try await asker.wait(ApprovalsV1.ApprovalRequested.self)
                installation.clock.advance(by: .seconds(100))
                try await asker.wait(ApprovalsV1.ApprovalExpired.self)
                try await asker.send(Sample.decision("e:1", "c1", by: "ann"), to: "e:1", id: "c1")
                let refused = try await asker.wait(ApprovalsV1.DecisionRejected.self)[0]
                #expect(refused.rejection?.code == "AP0003" && refused.commandID == "c1")
                #expect(asker.ids(ApprovalsV1.ApprovalExpired.self) == ["e:1/1/expired"])
                #expect(try asker.all(ApprovalsV1.ApprovalDecided.self).isEmpty)
            }
        }
    }

    @Test func repetitionsChangeNothingAndEachRefusalIsTold() async throws {
        try await withInstallation { installation in
            let asker = installation.asker
            try await installation.running {
                for _ in 0..<3 { try await asker.send(Sample.request("e:1", quorum: 2), to: "e:1", id: "1") }
                for _ in 0..<3 { try await asker.send(Sample.decision("e:1", "c1", by: "ann"), to: "e:1", id: "c1") }
                try await asker.send(Sample.decision("e:1", "c2", by: "ann"), to: "e:1", id: "c2")
                try await asker.send(Sample.decision("e:1", "c3", by: "eve"), to: "e:1", id: "c3")
                try await asker.send(Sample.decision("e:1", "c4", by: "bob"), to: "e:1", id: "c4", tenant: "other")
                try await asker.send(Sample.request("e:2", quorum: 9), to: "e:2", id: "2")
                try await asker.send(Sample.decision("e:1", "c5", .rejected, by: "bob"), to: "e:1", id: "c5")
                try await asker.wait(ApprovalsV1.ApprovalDecided.self)
                let refused = try await asker.wait(for: 3, ApprovalsV1.DecisionRejected.self)
                let told = refused.map { "\($0.commandID) \($0.rejection?.code ?? "")" }.sorted()
                #expect(told == ["c2 AP0006", "c3 AP0005", "c4 AP0002"])
                let rejected = try await asker.wait(ApprovalsV1.RequestRejected.self)[0]
                #expect(rejected.approvalID == "e:2" && rejected.rejection?.code == "AP0001")
                #expect(try asker.all(ApprovalsV1.ApprovalRequested.self).count == 1)
                #expect(try asker.all(ApprovalsV1.DecisionRecorded.self).count == 1)
                #expect(try asker.all(ApprovalsV1.ApprovalDecided.self).map(\.decision) == [.rejected])
            }
            let rows = try await installation.pool.query(
                "SELECT count(*) AS n, count(refusal) AS refused FROM decisions")
            #expect(try rows[0].int("n") == 5 && rows[0].int("refused") == 3)
        }
    }

    @Test func garbageGoesToTheDeadLettersAndTheNextCommandIsTaken() async throws {
        try await withInstallation { installation in
            let asker = installation.asker
            try await installation.running {
                try await asker.send(
                    garbage: [255, 255], type: "cadenza.approvals.v1.DecideApproval", to: .approvalsCommands, key: "e:1"
                )
                try await asker.send(garbage: [], type: "some.other.Thing", to: .approvalsCommands, key: "e:1")
                try await asker.send(Sample.request("e:1"), to: "e:1", id: "1")
                try await asker.wait(ApprovalsV1.ApprovalRequested.self)
                try await asker.wait(for: 2, DeadlettersV1.MessageDied.self)
            }
        }
    }

    @Test func aWithdrawnApprovalIsClosed() async throws {
        try await withInstallation { installation in
            let asker = installation.asker
            try await installation.running {
                try await asker.send(Sample.request("e:1"), to: "e:1", id: "1")
                let withdraw = ApprovalsV1.WithdrawApproval(approvalID: "e:1", reason: "cancelled")
                try await asker.send(withdraw, to: "e:1", id: "2")
                #expect(try await asker.wait(ApprovalsV1.ApprovalWithdrawn.self)[0].reason == "cancelled")
                let timers = try await installation.pool.query("SELECT count(*) AS n FROM timers")
                #expect(try timers[0].int("n") == 0)
            }
        }
    }
}
