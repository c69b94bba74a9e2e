import AgentWorkerDomain
import Contracts
import Core
import Messaging
import ServiceKit

/// Raises incidents about effects that nobody knows the outcome of, and carries out what people decide.
struct IncidentDesk: Sendable {
    /// Incidents in one round of the sweep.
    private static let largestRound = 100

    let outbox: Outbox

    /// Holds tasks until a person has decided. Those whose effect has found its outcome meanwhile go on at once. The
    /// caller holds the tasks' locks.
    static func hold(
        _ tasks: [(StoredTask, AmbiguousEffect)], in transaction: MessageTransaction
    ) async throws {
        if tasks.isEmpty { return }
        let connection = transaction.connection
        let open = try await EffectTable.unsettled(tasks.map(\.1.key), locks: true, on: connection)
        try await IncidentTable.raise(open, at: transaction.now, on: connection)
        var (held, due): ([String], [String]) = ([], [])
        for (task, effect) in tasks {
            guard let sending = open.first(where: { $0.key == effect.key }) else {
                due.append(task.id)
                continue
            }
            held.append(task.id)
            Announcement.raised(sending, .ambiguousEffect, effect.detail, of: task, in: transaction)
        }
        try await TaskTable.hold(held, on: connection)
        try await TaskTable.resume(due, on: connection)
    }

    /// Carries out a decision about an incident of `task`, whose lock the caller holds; nil when there is none. True
    /// when the task is due now.
    static func decide(
        _ command: AgentsV1.DecideIncident, from tenant: String, _ task: StoredTask?, _ claims: ClaimCheck,
        in transaction: MessageTransaction
    ) async throws -> Bool {
        let connection = transaction.connection
        let task = task.flatMap { $0.tenant == tenant ? $0 : nil }
        let found = try await IncidentTable.lock(command.incidentID, on: connection)
        let row = found.flatMap { $0.key.taskID == task?.id ? $0 : nil }
        if let row, let task, row.isAnswered { try await close([(row, task)], in: transaction) }
        guard let decision = try await Incident.Decision(command, claims) else {
            let rejection = Rejection(.invalid, .noSuchIncident, "the decision cannot be read")
            Announcement.rejected(command, rejection, tenant: tenant, in: transaction)
            return false
        }
        switch Incident.decide(decision, command.comment, about: row?.incident) {
        case .rejected(let rejection):
            Announcement.rejected(command, rejection, tenant: tenant, in: transaction)
            return false
        case .accepted(let consequence):
            guard let row, let task else { return false }
            switch consequence {
            case .note: break
            case .reopen: try await EffectTable.undo(row.key, dispatch: row.dispatch, on: connection)
            case .settle(let outcome):
                _ = try await EffectTable.settle(row.key, dispatch: row.dispatch, outcome, on: connection)
                if row.incident.isAwaited {
                    try await EffectTable.carryOver(row.key, to: task.attempt, on: connection)
                }
            }
            try await IncidentTable.close(
                row.incident.id, decision: command.decision.text ?? "", actor: command.actor, comment: command.comment,
                at: transaction.now, on: connection)
            Announcement.decided(command, of: task, in: transaction)
            if consequence != .note { try await compare(row.key, row.dispatch, of: task, in: transaction) }
            guard row.incident.isAwaited else { return false }
            try await TaskTable.resume([task.id], on: connection)
            return true
        }
    }

    /// Closes incidents whose effects are not in question any more; their tasks go on.
    private static func close(
        _ answered: [(row: IncidentTable.Row, task: StoredTask)], in transaction: MessageTransaction
    ) async throws {
        let connection = transaction.connection
        for (row, task) in answered {
            try await IncidentTable.close(
                row.incident.id, decision: "answered", actor: "", comment: "", at: transaction.now, on: connection)
            let command = AgentsV1.DecideIncident(incidentID: row.incident.id, taskID: task.id, decision: .answered)
            Announcement.decided(command, of: task, in: transaction)
            guard row.incident.isAwaited else { continue }
            try await EffectTable.carryOver(row.key, to: task.attempt, on: connection)
            try await TaskTable.resume([task.id], on: connection)
        }
    }

    /// Raises incidents about what cancelled tasks left behind, once `age` has passed without an answer, and closes
    /// those that an answer has made needless. The number of incidents that it touched.
    func sweep(after age: Duration) async throws -> Int {
        try await outbox.transaction { transaction in
            let connection = transaction.connection
            let left = try await EffectTable.abandoned(after: age, limit: Self.largestRound, on: connection)
            let tasks = try await TaskTable.lock(Set(left.map(\.key.taskID)).sorted(), on: connection)
            try await IncidentTable.raise(left, at: transaction.now, on: connection)
            for sending in left {
                guard let task = tasks[sending.key.taskID] else { continue }
                let effect = AmbiguousEffect(key: sending.key, reason: "nobody waits for the task any more")
                Announcement.raised(sending, .ambiguousEffect, effect.detail, of: task, in: transaction)
            }
            let answered = try await IncidentTable.answered(limit: Self.largestRound, on: connection)
            try await Self.close(answered, in: transaction)
            return left.count + answered.count
        }
    }
}

extension IncidentDesk {
    /// Tells once more of incidents that wait for a person: whoever shows them may have lost one.
    func remind() async throws {
        try await outbox.transaction { transaction in
            let open = try await EffectTable.inQuestion(limit: Self.largestRound, on: transaction.connection)
            guard !open.isEmpty else { return }
            let ids = Set(open.map(\.key.taskID)).sorted()
            let tasks = try await TaskTable.read(ids, on: transaction.connection)
            for sending in open {
                guard let task = tasks[sending.key.taskID] else { continue }
                let effect = AmbiguousEffect(key: sending.key, reason: "a person has to decide")
                Announcement.raised(sending, .ambiguousEffect, effect.detail, of: task, in: transaction)
            }
        }
    }
}

extension Incident.Decision {
    /// Reads a command; nil when it says nothing known.
    fileprivate init?(_ command: AgentsV1.DecideIncident, _ claims: ClaimCheck) async throws {
        switch command.decision {
        case .retry: self = .retry
        case .fail: self = .fail
        case .done:
            do { self = .done(try await claims.value(command.result)) } catch is PayloadError { return nil }
        case .answered, .unspecified, .unrecognized: return nil
        }
    }
}
