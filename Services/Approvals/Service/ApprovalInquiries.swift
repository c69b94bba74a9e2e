import ApprovalsDomain
import Contracts
import Core
import Messaging
import ServiceKit

/// Tells the orchestrator which of the approvals that it waits for never came or are closed. Asked about one in its
/// place in line, tells the outcome of a closed one again.
enum ApprovalInquiries {
    static func answer(_ message: Inbound, _ transaction: MessageTransaction) async throws {
        let inquiry = try message.decode(LivenessV1.InquireTasks.self)
        func key(_ asked: LivenessV1.TaskInquiry) -> ApprovalKey {
            ApprovalKey(tenant: message.envelope.tenant, id: asked.taskID)
        }
        let keys = Set(inquiry.tasks.map(key)).sorted()
        let known = try await ApprovalTable.lock(keys, on: transaction.connection)
        TaskInquiries.answer(inquiry, message, on: .approvalsEvents, transaction) { asked in
            guard let stored = known[key(asked)], stored.approval.request.attempt >= Int(asked.attempt) else {
                return .unknown
            }
            guard stored.approval.request.attempt == Int(asked.attempt), let outcome = stored.approval.outcome else {
                return nil
            }
            if inquiry.inOrder {
                let again = Announcement.of(
                    outcome, key(asked), stored, cause: message.envelope.id, at: transaction.now)
                transaction.publish(again)
            }
            return .finished
        }
    }
}

extension Approval {
    /// The event that closed the round; nil while it is open.
    fileprivate var outcome: ApprovalEvent? {
        switch state {
        case .pending: nil
        case .decided(let vote): .decided(vote)
        case .expired(let time): .expired(at: time)
        case .withdrawn(let reason, let time): .withdrawn(reason: reason, at: time)
        }
    }
}
