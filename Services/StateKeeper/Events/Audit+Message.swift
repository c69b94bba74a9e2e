import Contracts
import Core
import Messaging

extension AuditTable.Row {
    /// The audit that a message tells of. Throws `Poison` when it is none.
    init(_ message: Inbound) throws {
        let audit = try message.decode(AuditV1.ActionAudited.self)
        self.init(
            tenant: message.envelope.tenant, id: audit.auditID, actorType: audit.actorType, actor: audit.actor,
            action: audit.action, resourceType: audit.resourceType, resource: audit.resource,
            details: try? audit.details?.json(), happenedAt: Instant(microseconds: audit.timeUs))
    }
}
