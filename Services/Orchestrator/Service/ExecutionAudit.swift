import Core
import Engine
import Messaging
import OrchestratorDomain
import ServiceKit
import Workflow

/// Proves that each open execution has what it goes on by. What its state says must be there is compared with what the
/// tables hold, in one transaction; those who work for it are asked whether they do. What is missing is mended, or a
/// person is told.
struct ExecutionAudit: Sendable {
    let desk: DefinitionDesk
    let repairs: AuditRepairs
    let deliveries: DeliveryAudit
    let plan: AuditPlan
    let memory = AuditMemory()

    /// Looks at a page of executions; see `Auditor.Look`.
    func look(after cursor: String, _ transaction: MessageTransaction) async throws -> String? {
        if cursor.isEmpty {
            memory.begin()
            try await repairs.closeSettled(transaction)
            try await deliveries.look(transaction)
        }
        let store = AuditStore(connection: transaction.connection)
        let heads = try await store.heads(after: cursor, limit: plan.page)
        let found = try await store.lifelines(of: heads.map(\.id))
        var children: [(parent: String, child: ExecutionState.AwaitedChild)] = []
        var unproved: [AuditStore.Head] = []
        for head in heads {
            if let known = memory.children(of: head, found[head.id] ?? Lifelines()) {
                children += known.map { (head.id, $0) }
            } else {
                unproved.append(head)
            }
        }
        try await prove(unproved, found, transaction)
        try await askForTasks(of: heads, transaction)
        try await lookForChildren(children, transaction)
        return heads.count < plan.page ? nil : heads.last?.id
    }

    /// Compares executions with the tables. What seems amiss is looked at again with the execution locked.
    private func prove(
        _ heads: [AuditStore.Head], _ found: [String: Lifelines], _ transaction: MessageTransaction
    ) async throws {
        let read = try await ExecutionStore(connection: transaction.connection).read(heads.map(\.id))
        let rows = Dictionary(uniqueKeysWithValues: read.map { ($0.id, $0.row) })
        let keys = rows.values.compactMap { $0.map { DefinitionStore.Key($0.state) } }
        let definitions = try await desk.load(Set(keys), transaction.connection)
        var suspects: [String] = []
        var incidents: [IncidentStore.Row] = []
        for head in heads {
            guard let row = rows[head.id] else { continue }
            func raise(_ cause: MissingCause) {
                incidents.append(
                    .init(tenant: head.tenant, executionID: head.id, cause: cause, raisedAt: transaction.now))
            }
            guard let state = row?.state else {
                raise(.state)
                continue
            }
            // One that has gone on meanwhile is looked at in the next round.
            guard state.sequence == head.sequence else { continue }
            guard let definition = definitions[DefinitionStore.Key(state)] else {
                raise(.definition)
                continue
            }
            if state.causes.isEmpty { raise(.cause) }
            let held = found[head.id] ?? Lifelines()
            if state.lifelines(definition).losses(in: held).isEmpty {
                memory.keep(head, held, state.awaitedChildren)
            } else {
                suspects.append(head.id)
            }
        }
        try await repairs.raise(incidents, transaction)
        try await repairs.mend(suspects, transaction)
    }

    /// Asks those who run tasks about the ones that have been waited for.
    private func askForTasks(of heads: [AuditStore.Head], _ transaction: MessageTransaction) async throws {
        let tenants = Dictionary(uniqueKeysWithValues: heads.map { ($0.id, $0.tenant) })
        let tasks = try await AuditStore(connection: transaction.connection)
            .requested(by: heads.map(\.id), before: transaction.now - plan.patience)
        struct Asked: Hashable {
            var tenant: String
            var route: FunctionRoute
        }
        let groups = Dictionary(grouping: tasks) { task in
            Asked(tenant: tenants[task.executionID] ?? "", route: FunctionRoute(function: task.function))
        }
        let inOrder = groups.sorted { $0.value[0].id < $1.value[0].id }
        for (asked, tasks) in inOrder {
            for start in stride(from: 0, to: tasks.count, by: plan.page) {
                let part = Array(tasks[start..<min(tasks.count, start + plan.page)])
                transaction.publish(
                    repairs.announcer.inquiry(
                        part, asked.route, tenant: asked.tenant, inOrder: false, now: transaction.now))
            }
        }
    }

    /// Looks whether the executions that tasks wait for are there. A start or a report is on its way for longer than a
    /// task's request: it is a step of another execution.
    private func lookForChildren(
        _ awaited: [(parent: String, child: ExecutionState.AwaitedChild)], _ transaction: MessageTransaction
    ) async throws {
        let limit = transaction.now - plan.patience * 2
        let old = awaited.filter { $0.child.since < limit }
        let absent = try await AuditStore(connection: transaction.connection).absent(old.map(\.child.executionID))
        let lost = old.filter { waiting in
            guard let ended = absent[waiting.child.executionID] else { return false }
            return ended.map { $0 < limit } ?? true
        }
        try await repairs.bringBack(lost.map { ($0.parent, $0.child.taskID) }, transaction)
    }
}

extension ExecutionState {
    /// What the tables must hold of it.
    func lifelines(_ definition: CompiledDefinition) -> Lifelines {
        let filters = subscriptions.flatMap { subscription in
            definition.interests(of: subscription.task).map {
                Lifelines.Filter(subscription: subscription.id, pointer: $0.pointer)
            }
        }
        return Lifelines(
            timers: Dictionary(uniqueKeysWithValues: pendingTimers.map { ($0.id, $0.due) }),
            tasks: Dictionary(uniqueKeysWithValues: requestedTasks.map { ($0.id, $0.request.attempt) }),
            filters: Set(filters))
    }
}

extension DefinitionStore.Key {
    /// What an execution runs.
    init(_ state: ExecutionState) { self.init(tenant: state.tenant, reference: state.definition) }
}
