import Contracts
import Core
import Engine
import Messaging
import OrchestratorDomain
import ServiceKit

/// Takes what others answer to the auditor's questions, what they ask themselves, and what people decide.
struct AuditDesk: Sendable {
    let repairs: AuditRepairs
    let plan: AuditPlan

    /// Called after everything else of a poll, so that answers which lay before a standing have been taken.
    func take(_ incoming: [Incoming], _ transaction: MessageTransaction) async throws {
        for one in incoming {
            let tenant = one.envelope.tenant
            switch one.content {
            case .standing(let standing): try await take(standing, tenant, transaction)
            case .inquiry(let inquiry): try await answer(inquiry, tenant, transaction)
            default: break
            }
        }
    }

    /// What somebody does not have is asked for once more in its place in line: it may be on its way. What is missing
    /// there too is lost.
    private func take(
        _ standing: LivenessV1.TasksStanding, _ tenant: String, _ transaction: MessageTransaction
    ) async throws {
        if standing.inOrder { return try await repairs.bringBack(standing.tasks, transaction) }
        let attempts = Dictionary(standing.tasks.map { ($0.taskID, $0.attempt) }) { max($0, $1) }
        let waiting = try await AuditStore(connection: transaction.connection).tasks(attempts.keys.sorted())
            .filter { $0.attempt == attempts[$0.id] && $0.requestedAt < transaction.now - plan.patience }
        for task in waiting {
            let route = FunctionRoute(function: task.function)
            transaction.publish(
                repairs.announcer.inquiry([task], route, tenant: tenant, inOrder: true, now: transaction.now))
        }
        transaction.afterCommit { [meters = repairs.meters] in meters.suspected(waiting.count) }
    }

    /// Tells of executions that stand otherwise than the one that asks knows.
    private func answer(
        _ inquiry: LivenessV1.InquireExecutions, _ tenant: String, _ transaction: MessageTransaction
    ) async throws {
        let found = try await AuditStore(connection: transaction.connection)
            .standings(inquiry.executions.map(\.executionID)).filter { $0.tenant == tenant }
        let byID = Dictionary(found.map { ($0.id, $0) }) { open, _ in open }
        let others = inquiry.executions.filter { asked in
            byID[asked.executionID].map { $0.sequence != asked.sequence || $0.status == "rejected" } ?? true
        }
        let read = try await ExecutionStore(connection: transaction.connection).read(others.map(\.executionID))
        let states = Dictionary(uniqueKeysWithValues: read.map { ($0.id, $0.row?.state) })
        for asked in others {
            let id = asked.executionID
            transaction.publish(
                try await repairs.announcer.standing(
                    id, byID[id], byID[id].flatMap { _ in states[id] ?? nil }, tenant: tenant, inOrder: inquiry.inOrder,
                    now: transaction.now))
        }
    }

    /// Closes the incident that a person has decided about; what then happens to the task, if anything. Other messages
    /// are given back as they are.
    func admit(_ incoming: Incoming, _ transaction: MessageTransaction) async throws -> Incoming? {
        guard case .decision(let command, let outcome) = incoming.content else { return incoming }
        let (store, tenant) = (IncidentStore(connection: transaction.connection), incoming.envelope.tenant)
        func refuse(_ kind: Rejection.Kind, _ reason: String) {
            transaction.publish(
                repairs.announcer.refused(
                    command, Rejection(kind, .noSuchLoss, reason), tenant: tenant, now: transaction.now))
        }
        guard let incident = try await store.lock(command.incidentID, tenant: tenant),
            incident.executionID == incoming.executionID
        else {
            refuse(.notFound, "there is no such incident any more")
            return nil
        }
        guard command.decision == .retry || (outcome != nil && !incident.taskID.isEmpty) else {
            refuse(.conflict, "no task is missing: repair what the incident names, or cancel the execution")
            return nil
        }
        _ = try await store.delete([incident.id])
        try await AuditStore(connection: transaction.connection).forgetRepetitions(of: incident.taskID)
        transaction.publish(repairs.announcer.closed(incident, by: command, now: transaction.now))
        guard let outcome else { return nil }
        return Incoming(
            envelope: incoming.envelope,
            content: .answer(taskID: incident.taskID, attempt: incident.attempt, outcome, usage: nil),
            executionID: incoming.executionID, message: incoming.message)
    }
}
