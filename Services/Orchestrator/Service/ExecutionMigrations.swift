import Contracts
import Core
import Engine
import Lifecycle
import Messaging
import OrchestratorDomain
import Postgres
import Telemetry
import Workflow

/// Works on migrations, batch by batch, each in one transaction with its cursor: whoever comes after a crash goes on
/// where it stood. Any number of processes may run one.
struct ExecutionMigrations: Service {
    let outbox: Outbox
    let handler: OrchestratorHandler
    let desk: DefinitionDesk
    let wakeup: Wakeup
    let logger: Logger
    /// How often migrations are looked for that other processes took in.
    var poll: Duration = .milliseconds(500)

    /// Works until `shutdown` is requested. A server that is away is waited for.
    func run(_ shutdown: Shutdown) async throws {
        var failures = 0
        while !shutdown.isRequested {
            do {
                let isBusy = try await step()
                failures = 0
                if isBusy { continue }
            } catch let error as any RetriableError where error.isRetriable {
                failures += 1
                let level: LogLevel = failures == 1 ? .warning : .debug
                logger.log(level, "the migrations wait for what they stand on", [.error: .string("\(error)")])
            }
            await wakeup.wait(atMost: poll, unless: shutdown)
        }
    }

    /// Takes one batch of one migration; false when there is nothing to do at once.
    func step() async throws -> Bool {
        try await outbox.transaction { transaction in
            let store = MigrationStore(connection: transaction.connection)
            guard var row = try await store.claim() else { return false }
            let keys = [row.from, row.to].map { DefinitionStore.Key(tenant: row.tenant, reference: $0) }
            let definitions = try await desk.load(Set(keys), transaction.connection)
            guard let old = definitions[keys[0]], let new = definitions[keys[1]] else {
                row.job.phase = .done
                row.job.step += 1
                try await store.update(row)
                let rejection = Rejection(.notFound, .unreadableState, "a version of the migration cannot be read")
                transaction.publish(
                    handler.announcer.progressed(row, items: [], rejection: rejection, now: transaction.now))
                return true
            }
            let (batch, items) =
                row.job.phase == .planning
                ? try await plan(row, old, new, transaction) : try await apply(row, old, new, transaction)
            row.job.take(batch)
            try await store.update(row)
            transaction.publish(handler.announcer.progressed(row, items: items, now: transaction.now))
            // What somebody else holds is let go of soon; until then there is no hurry.
            return batch.held == 0
        }
    }

    private typealias Result = (batch: MigrationJob.Batch, items: [OrchestratorV1.MigrationItem])

    private func plan(
        _ row: MigrationStore.Row, _ old: CompiledDefinition, _ new: CompiledDefinition,
        _ transaction: MessageTransaction
    ) async throws -> Result {
        let found = try await page(row, transaction, withStates: true)
        let items = found.map { one in
            OrchestratorV1.MigrationItem(
                one.id,
                one.row.map { migrationVerdict($0.state, from: old, to: new, mapping: row.mapping) } ?? .unreadable)
        }
        return (Self.batch(items, found, row), items)
    }

    private func apply(
        _ row: MigrationStore.Row, _ old: CompiledDefinition, _ new: CompiledDefinition,
        _ transaction: MessageTransaction
    ) async throws -> Result {
        let found = try await page(row, transaction, withStates: false)
        var batch = ExecutionBatch(now: transaction.now, tellsLifecycle: handler.tellsLifecycle)
        try await batch.loadFree(Set(found.map(\.id)), transaction.connection)
        var items: [OrchestratorV1.MigrationItem] = []
        var held = 0
        for one in found {
            guard let state = batch.rows[one.id]?.state else {
                if batch.unreadable.contains(one.id) {
                    items.append(OrchestratorV1.MigrationItem(one.id, .unreadable))
                } else {
                    held += 1
                }
                continue
            }
            // It may have gone over, by another migration, since it was found.
            guard state.definition == row.from else { continue }
            let verdict = migrationVerdict(state, from: old, to: new, mapping: row.mapping)
            let command = ExecutionCommand.migrate(to: row.to, mapping: row.mapping)
            let rejection = batch.decide(
                command, of: one.id, old, migratingTo: new, causationID: row.id, traceparent: row.traceparent)
            items.append(OrchestratorV1.MigrationItem(one.id, verdict, migrated: rejection == nil))
        }
        try await handler.finish(batch, transaction)
        var result = Self.batch(items.filter { !$0.migrated }, found, row)
        result.migrated = items.count { $0.migrated }
        result.held = held
        return (result, items)
    }

    private func page(
        _ row: MigrationStore.Row, _ transaction: MessageTransaction, withStates: Bool
    ) async throws -> [ExecutionStore.Found] {
        try await ExecutionStore(connection: transaction.connection).page(
            of: DefinitionStore.Key(tenant: row.tenant, reference: row.from), after: row.job.cursor, limit: row.batch,
            withStates: withStates)
    }

    private static func batch(
        _ items: [OrchestratorV1.MigrationItem], _ found: [ExecutionStore.Found], _ row: MigrationStore.Row
    ) -> MigrationJob.Batch {
        MigrationJob.Batch(
            classes: items.map { MigrationJob.Class(rawValue: $0.class) ?? .impossible }, last: found.last?.id,
            isLast: found.count < row.batch)
    }
}

extension MigrationVerdict {
    /// A state that this program cannot read.
    fileprivate static var unreadable: MigrationVerdict {
        MigrationVerdict(findings: [Finding(task: "", reason: "the stored state cannot be read")])
    }
}
