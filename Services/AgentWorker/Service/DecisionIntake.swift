import Contracts
import Core
import Lifecycle
import Messaging
import ServiceKit

/// Takes people's decisions about incidents.
struct DecisionIntake: BatchHandler {
    let topics: [Topic] = [.agentsCommands]
    let board: TaskBoard
    let claims: ClaimCheck

    func handle(_ batch: [Inbound], _ transaction: MessageTransaction) async throws {
        let asked = try batch.filter { $0.isOne(of: AgentsV1.DecideIncident.self) }.map { inbound in
            (tenant: inbound.envelope.tenant, command: try inbound.decode(AgentsV1.DecideIncident.self))
        }
        if asked.isEmpty { return }
        let ids = Set(asked.map(\.command.taskID)).sorted()
        let tasks = try await TaskTable.lock(ids, on: transaction.connection)
        var isWork = false
        for (tenant, command) in asked {
            let task = tasks[command.taskID]
            if try await IncidentDesk.decide(command, from: tenant, task, claims, in: transaction) { isWork = true }
        }
        guard isWork else { return }
        transaction.afterCommit { [board] in board.lookAround() }
    }
}
