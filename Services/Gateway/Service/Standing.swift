import Contracts
import Core
import GatewayDomain
import Messaging
import ObjectStore
import ServiceKit

/// How the orchestrator says that an execution stands, where that is not what the read model shows.
struct Standing {
    let body: LivenessV1.ExecutionStanding
    let causes: [JSON]
    let tenant: String

    /// What becomes of the row; nil when nothing does. First it is asked for once more in its place in line: the events
    /// may be on their way. What is missing there too is lost.
    func settle(
        _ row: ExecutionRow, _ objects: any ObjectStore, _ transaction: MessageTransaction
    ) async throws -> ExecutionRow? {
        guard row.tenant == tenant, !row.projection.hasEnded else { return nil }
        let sequence = Int(body.sequence)
        let isUnknown = body.status.isEmpty
        guard isUnknown || body.status == "rejected" || sequence > row.projection.sequence else { return nil }
        let announcer = Announcer(transaction: transaction, origin: .gateway(tenant: tenant))
        guard body.inOrder else {
            announcer.inquire([(row.id, row.projection.sequence)], inOrder: true)
            return nil
        }
        var next = row
        next.updatedAt = transaction.now
        if isUnknown {
            guard row.projection.sequence == 0 else {
                try await LostHistory.raise(row, .execution, transaction)
                return nil
            }
            let origin = Origin(
                caller: Caller(tenant: tenant, name: row.actor, roles: []), correlationID: row.correlationID)
            let reference = CoreV1.DefinitionReference(namespace: row.namespace, name: row.name, version: row.version)
            let input = try await ClaimCheck(objects: objects).payload(row.input ?? [:])
            Announcer(transaction: transaction, origin: origin).start(row.id, reference, input: input)
            return next
        }
        if body.status == "rejected" {
            let rejection = Rejection(.conflict, .historyLost, "The start was refused; what was told of why is lost.")
            return next.projection.refuse(rejection, at: transaction.now) ? next : nil
        }
        let time = Instant(microseconds: body.timeUs)
        guard next.projection.stand(sequence: sequence, status: body.status, time: time, causes: causes) else {
            return nil
        }
        next.updatedAt = time
        if next.projection.hasEnded { try await LostHistory.raise(row, .history, transaction) }
        return next
    }
}
