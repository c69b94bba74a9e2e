import Contracts
import Core
import Messaging
import OrchestratorDomain
import ServiceKit

/// Proves that what events bring about comes: what has been on its way for too long is told again, and a person is told
/// of what does not come then either. An execution takes an event once, however often it is told.
struct DeliveryAudit: Sendable {
    /// The longest time until something that does not come is told again.
    private static let longest: Duration = .seconds(3600)

    let repairs: AuditRepairs
    let plan: AuditPlan

    /// How long something may be on its way at first; each time it is told again, twice as long.
    static func patience(_ plan: AuditPlan, after repetitions: Int = 0) -> Duration {
        min(longest, plan.patience * 2 * (1 << min(repetitions, 16)))
    }

    /// Looks at a page of what is missed.
    func look(_ transaction: MessageTransaction) async throws {
        let store = DeliveryStore(connection: transaction.connection)
        let missed = try await store.missed(at: transaction.now, limit: plan.page)
        guard !missed.isEmpty else { return }
        let absent = try await AuditStore(connection: transaction.connection)
            .absent(Set(missed.map(\.executionID)).sorted())
        var (again, idle): ([Delivery], [Delivery]) = ([], [])
        for one in missed { if one.isNeeded(absent[one.executionID]) { again.append(one) } else { idle.append(one) } }
        store.delete(idle.map(\.message.envelope.id))
        for one in again { transaction.publish(one.message) }
        store.repeated(
            again.map { one in
                let patience = Self.patience(plan, after: one.repetitions + 1)
                return (one.message.envelope.id, transaction.now + patience)
            })
        try await repairs.raise(
            again.lazy.filter { $0.repetitions >= MissingCause.mostRepetitions }.map { one in
                IncidentStore.Row(
                    tenant: one.message.envelope.tenant, executionID: one.executionID, cause: .delivery,
                    raisedAt: transaction.now)
            }, transaction)
        repairs.note([.delivery: again.count { $0.repetitions < MissingCause.mostRepetitions }], transaction)
    }
}

extension Delivery {
    /// Whether it changes anything still. `absence` is nil for an open execution; of one that is not, when it ended, or
    /// nil inside when nobody has heard of it.
    fileprivate func isNeeded(_ absence: Instant??) -> Bool {
        let starts = message.envelope.type == OrchestratorV1.StartExecution.protoName
        return switch absence {
        case nil: !starts
        case .some(nil): starts
        case .some(.some): false
        }
    }
}
