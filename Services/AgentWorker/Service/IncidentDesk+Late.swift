import AgentWorkerDomain
import Contracts
import Core
import Messaging

extension IncidentDesk {
    /// Takes an answer that does not simply count: one that is known, or one without which others have gone on. The
    /// latter is kept and told of; an incident says so when it contradicts what they decided.
    static func receive(
        _ answer: EffectTable.Answer, in transaction: MessageTransaction
    ) async throws -> Effect.Reception {
        let connection = transaction.connection
        let tasks = try await TaskTable.lock([answer.key.taskID], on: connection)
        guard let task = tasks[answer.key.taskID],
            let effect = try await EffectTable.load(answer.key, locks: true, on: connection)
        else { return .late(contradicts: false) }
        let reception = effect.receive(answer.content)
        switch reception {
        case .known: break
        case .counted:  // It has come to count since.
            _ = try await EffectTable.complete([answer], on: connection)
        case .late(let contradicts):
            guard try await LateAnswerTable.insert(answer, at: transaction.now, on: connection) else { break }
            Announcement.late(answer, contradicts, of: task, in: transaction)
            if contradicts { try await contradict(answer.content, answer.key, of: task, in: transaction) }
        }
        return reception
    }

    /// Raises an incident when an answer that is kept of a sending contradicts what has just been decided about it. The
    /// caller holds the task's lock.
    static func compare(
        _ key: EffectTable.Key, _ dispatch: Int, of task: StoredTask, in transaction: MessageTransaction
    ) async throws {
        let connection = transaction.connection
        guard let late = try await LateAnswerTable.load(key, dispatch: dispatch, on: connection),
            let effect = try await EffectTable.load(key, on: connection),
            effect.receive(late) == .late(contradicts: true)
        else { return }
        try await contradict(late, key, of: task, in: transaction)
    }

    private static func contradict(
        _ late: EffectAnswer, _ key: EffectTable.Key, of task: StoredTask, in transaction: MessageTransaction
    ) async throws {
        guard let sending = try await EffectTable.sending(key, late.dispatch, on: transaction.connection) else {
            return
        }
        try await IncidentTable.raise([sending], at: transaction.now, on: transaction.connection)
        let detail =
            late.outcome.isSuccess
            ? "the other system says that it was carried out, after it had been taken for not done"
            : "the other system says that it failed, after it had been taken for done"
        Announcement.raised(sending, .contradictedEffect, detail, of: task, in: transaction)
    }
}
