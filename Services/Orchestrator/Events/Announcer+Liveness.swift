import Contracts
import Core
import Engine
import Messaging
import OrchestratorDomain
import ProtoWire
import Workflow

/// What the auditor asks of others, and says again.
extension Announcer {
    /// Asks whoever runs the tasks whether they have them; all of one tenant and one route.
    func inquiry(
        _ tasks: [TaskStore.Row], _ route: FunctionRoute, tenant: String, inOrder: Bool, now: Instant
    ) -> Outbound {
        let body = LivenessV1.InquireTasks(
            tasks: tasks.map { task in
                LivenessV1.TaskInquiry(
                    taskID: task.id, executionID: task.executionID, attempt: task.attempt,
                    requestedUs: task.requestedAt.microseconds)
            }, inOrder: inOrder)
        let (topic, key) =
            switch route {
            case .lane(let lane): (lane.topic, tasks[0].id)
            case .policy: (Topic.policyCommands, tasks[0].executionID)
            case .approval: (Topic.approvalsCommands, tasks[0].id)
            }
        return liveness("\(tasks[0].id)/\(tasks[0].attempt)/inquiry", topic, key: key, body, tenant, now)
    }

    /// What a run asked for once more: nothing when it waits for nobody.
    func again(_ run: TaskRun, of row: ExecutionRow, _ definition: CompiledDefinition, now: Instant) async throws
        -> Outbound?
    {
        let state = row.state
        guard let outcome = repeatedRequest(of: run, state, definition, now: now) else { return nil }
        let attempt = if case .taskRequested(_, let request) = outcome { request.attempt } else { 1 }
        let recorded = Recorded(
            event: ExecutionEvent(executionID: state.executionID, time: now, outcome: outcome),
            sequence: state.sequence, status: state.status, definition: state.definition, tenant: state.tenant,
            causationID: state.executionID, traceparent: row.traceparent,
            repetition: "\(state.executionID):\(run.number)/\(attempt)/again")
        return try await requests(recorded).first
    }

    /// An execution lacks something that nobody brings back by itself.
    func raised(_ row: IncidentStore.Row, now: Instant) -> Outbound {
        let body = AgentsV1.IncidentRaised(
            incidentID: row.id, taskID: row.taskID, executionID: row.executionID,
            attempt: Int32(clamping: row.attempt), task: row.task, code: ErrorCode.causeLost.rawValue,
            detail: row.cause.detail, dispatchedUs: row.raisedAt.microseconds, raisedUs: row.raisedAt.microseconds,
            cause: row.cause.rawValue)
        return liveness("\(row.id)/raised", Topic.orchestratorEvents, key: row.executionID, body, row.tenant, now)
    }

    /// An incident is closed: by a person's command, or since what was missing is there.
    func closed(
        _ row: IncidentStore.Row, by command: AgentsV1.DecideIncident? = nil, now: Instant
    ) -> Outbound {
        let body = AgentsV1.IncidentDecided(
            incidentID: row.id, taskID: row.taskID, executionID: row.executionID,
            commandID: command?.commandID ?? "", decision: command?.decision ?? .answered,
            comment: command?.comment ?? "", actor: command?.actor ?? "", decidedUs: now.microseconds)
        return liveness("\(row.id)/decided", Topic.orchestratorEvents, key: row.executionID, body, row.tenant, now)
    }

    /// A decision about an incident does not count.
    func refused(_ command: AgentsV1.DecideIncident, _ rejection: Rejection, tenant: String, now: Instant) -> Outbound {
        let body = AgentsV1.IncidentDecisionRejected(
            incidentID: command.incidentID, commandID: command.commandID, rejection: CoreV1.Rejection(rejection))
        return liveness(
            "\(command.commandID)/rejected", Topic.orchestratorEvents, key: command.executionID, body, tenant, now)
    }

    /// How an execution stands; nil: there is none of this id.
    func standing(
        _ id: String, _ standing: AuditStore.Standing?, _ state: ExecutionState?, tenant: String, inOrder: Bool,
        now: Instant
    ) async throws -> Outbound {
        var body = LivenessV1.ExecutionStanding(executionID: id, inOrder: inOrder)
        if let standing {
            (body.sequence, body.status) = (standing.sequence, standing.status)
            body.timeUs = standing.time.microseconds
            if let state { body.causes = try await told(state.explainedCauses) }
        }
        return liveness(
            "\(id)/\(body.sequence)/standing", Topic.orchestratorEvents, key: id, body, tenant, now)
    }

    private func liveness(
        _ id: String, _ topic: Topic, key: String, _ body: some ProtoMessage, _ tenant: String, _ now: Instant
    ) -> Outbound {
        Outbound(
            topic: topic, key: key,
            envelope: Envelope(
                id: "\(id)/\(now.microseconds)", type: "", source: Self.source, time: now, tenant: tenant),
            message: body)
    }
}

extension MissingCause {
    /// What is told a person.
    fileprivate var detail: String {
        switch self {
        case .timer: "a timer is not set"
        case .task: "whoever was to run the task does not have it, and asking again did not help"
        case .answer: "the task is done, and its answer does not arrive; it may lie among the dead letters"
        case .event: "the events that it waits for do not find it"
        case .delivery: "an event for it does not arrive; it may lie among the dead letters"
        case .child: "the execution that the task waits for has ended, and its report was lost"
        case .state: "the stored state cannot be read"
        case .definition: "the stored definition cannot be read"
        case .cause: "its state names nothing that it waits for"
        }
    }
}
