import AgentWorkerDomain
import Contracts
import Core
import Lifecycle
import Messaging
import Postgres
import ServiceKit
import Telemetry

/// Tells the orchestrator which of the tasks that it waits for are not under way here. Asked about one in its place in
/// line, tells the answer of a finished one again.
struct InquiryIntake: BatchHandler {
    let topics: [Topic] = []
    let board: TaskBoard
    let configuration: AgentWorkerConfiguration
    let metrics: Metrics

    func handle(_ batch: [Inbound], _ transaction: MessageTransaction) async throws {
        for inbound in batch {
            guard case .inquire(let inquiry) = try IncomingMessage(inbound), !inquiry.tasks.isEmpty else { continue }
            try await answer(inquiry, inbound, transaction)
        }
    }

    private func answer(
        _ inquiry: LivenessV1.InquireTasks, _ message: Inbound, _ transaction: MessageTransaction
    ) async throws {
        let ids = inquiry.tasks.map(\.taskID).sorted()
        let known =
            inquiry.inOrder
            ? try await TaskTable.lock(ids, on: transaction.connection)
            : try await TaskTable.read(ids, on: transaction.connection)
        var finished: [StoredTask] = []
        TaskInquiries.answer(inquiry, message, on: .agentsEvents, transaction) { asked in
            let task = known[asked.taskID]
            let standing = TaskState.standing(
                of: Int(asked.attempt), task?.state, endedAt: task?.endedAt,
                requestedAt: Instant(microseconds: asked.requestedUs),
                rememberedSince: transaction.now - configuration.retention,
                settledBefore: transaction.now - configuration.audit.patience)
            if standing == .finished, let task { finished.append(task) }
            return standing.map(LivenessV1.Standing.init)
        }
        guard inquiry.inOrder else { return }
        for task in finished { try await tellAgain(task, transaction) }
    }

    /// A failure is told as it is stored. What completed is run again: its effects answer from the journal.
    private func tellAgain(_ task: StoredTask, _ transaction: MessageTransaction) async throws {
        if let result = try await ResultTable.fault(of: task, on: transaction.connection) {
            Announcement.failed(task, result.fault, result.usage, in: transaction)
        } else {
            try await TaskTable.reopen(task.id, on: transaction.connection)
            transaction.afterCommit { [board] in board.lookAround() }
        }
        transaction.afterCommit { [metrics] in metrics.repaired("answer") }
    }
}

extension LivenessV1.Standing {
    fileprivate init(_ standing: TaskState.Standing) {
        self =
            switch standing {
            case .unknown: .unknown
            case .finished: .finished
            case .cancelled: .cancelled
            case .forgotten: .forgotten
            }
    }
}

extension Metrics {
    /// Counts what was lost and brought back.
    func repaired(_ cause: String, _ count: Int = 1) {
        guard count > 0 else { return }
        counter(.lossesRepaired, "What was lost and was brought back.", labels: ["cause": cause]).increment(by: count)
    }
}
