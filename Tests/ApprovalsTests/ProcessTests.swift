import Contracts
import Core
import Messaging
import TestKit
import Testing

@testable import Approvals

/// Several processes, and processes that die.
@Suite(.timeLimit(.minutes(5))) struct ProcessTests {
    @Test func twoProcessesShareTheWorkAndFireEachTimerOnce() async throws {
        try await withInstallation { installation in
            let asker = installation.asker
            try await installation.running(2) {
                for n in 0..<40 { try await asker.send(Sample.request("e:\(n)"), to: "e:\(n)", id: "\(n)") }
                try await asker.wait(for: 40, ApprovalsV1.ApprovalRequested.self)
                installation.clock.advance(by: .seconds(51))
                try await asker.wait(for: 40, ApprovalsV1.ApprovalReminded.self)
                for n in 0..<20 {
                    try await asker.send(Sample.decision("e:\(n)", "c\(n)", by: "ann"), to: "e:\(n)", id: "c\(n)")
                }
                try await asker.wait(for: 20, ApprovalsV1.ApprovalDecided.self)
                installation.clock.advance(by: .seconds(51))
                try await asker.wait(for: 20, ApprovalsV1.ApprovalExpired.self)
            }
            let reminded = asker.ids(ApprovalsV1.ApprovalReminded.self)
            let ended = asker.ids(ApprovalsV1.ApprovalDecided.self) + asker.ids(ApprovalsV1.ApprovalExpired.self)
            #expect(reminded.count == 40 && Set(reminded).count == 40)
            #expect(ended.count == 40 && Set(ended).count == 40)
        }
    }

    @Test func whatWasAskedBeforeACrashIsRemindedDecidedAndExpiredAfterIt() async throws {
        try await withInstallation { installation in
            let asker = installation.asker
            try await installation.running(crash: true) {
                for n in 0..<6 { try await asker.send(Sample.request("e:\(n)", quorum: 2), to: "e:\(n)", id: "\(n)") }
                try await asker.wait(for: 6, ApprovalsV1.ApprovalRequested.self)
                try await asker.send(Sample.decision("e:0", "c1", by: "ann"), to: "e:0", id: "c1")
                try await asker.wait(ApprovalsV1.DecisionRecorded.self)
            }
            installation.clock.advance(by: .seconds(60))
            try await asker.send(Sample.decision("e:0", "c2", by: "bob"), to: "e:0", id: "c2")
            try await installation.running {
                let decided = try await asker.wait(ApprovalsV1.ApprovalDecided.self)[0]
                #expect(decided.approvalID == "e:0" && decided.actor == "bob")
                try await asker.wait(for: 5, ApprovalsV1.ApprovalReminded.self) { $0.approvalID != "e:0" }
                installation.clock.advance(by: .seconds(60))
                try await asker.wait(for: 5, ApprovalsV1.ApprovalExpired.self)
            }
            let ids = asker.ids(ApprovalsV1.ApprovalDecided.self) + asker.ids(ApprovalsV1.ApprovalExpired.self)
            #expect(ids.count == 6 && Set(ids).count == 6)
        }
    }
}
