import Contracts
import Core
import Lifecycle
import Messaging
import OrchestratorDomain
import Workflow

/// Takes in migrations that are asked for.
struct MigrationDesk: Sendable {
    /// How many executions a transaction takes when nothing is said.
    static let batch = 100

    let desk: DefinitionDesk
    let announcer: Announcer
    /// Wakes who works on them.
    let wakeup: Wakeup

    /// Opens the migration in `incoming`, or says why not. Repeating it changes nothing.
    func open(_ incoming: Incoming, _ transaction: MessageTransaction) async throws {
        guard case .migrate(let asked) = incoming.content else { return }
        let tenant = incoming.envelope.tenant
        let from = DefinitionReference(asked.from ?? CoreV1.DefinitionReference())
        var row = MigrationStore.Row(
            id: asked.migrationID, tenant: tenant, from: from, toVersion: asked.toVersion, mapping: asked.mapping,
            batch: min(500, asked.batch > 0 ? Int(asked.batch) : Self.batch),
            traceparent: incoming.envelope.traceparent, createdAt: transaction.now,
            job: MigrationJob(applies: asked.apply))
        let target = DefinitionStore.Key(tenant: tenant, reference: row.to)
        guard let to = try await desk.resolve(target, transaction.connection),
            try await desk.resolve(DefinitionStore.Key(tenant: tenant, reference: from), transaction.connection)?
                .reference == from
        else { return refuse(row, .notFound, .unknownDefinition, "there is no \(from), or no \(row.to)", transaction) }
        row.toVersion = to.reference.version
        guard row.toVersion != from.version else {
            return refuse(row, .conflict, .sameVersion, "they run \(from) already", transaction)
        }
        guard try await MigrationStore(connection: transaction.connection).insert(row) else { return }
        transaction.publish(announcer.progressed(row, items: [], now: transaction.now))
        transaction.afterCommit { [wakeup] in wakeup.wake() }
    }

    private func refuse(
        _ row: MigrationStore.Row, _ kind: Rejection.Kind, _ code: ErrorCode, _ reason: String,
        _ transaction: MessageTransaction
    ) {
        let rejection = Rejection(kind, code, reason)
        transaction.publish(announcer.progressed(row, items: [], rejection: rejection, now: transaction.now))
    }
}
