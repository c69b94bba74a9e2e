import Contracts
import Core
import Engine
import Messaging
import OrchestratorDomain
import Postgres
import Telemetry
import Workflow

/// Brings back what executions lack, each looked at once more under its lock; and tells people of what it cannot.
struct AuditRepairs: Sendable {
    /// Incidents that one round looks at.
    private static let mostIncidents = 500

    let desk: DefinitionDesk
    let announcer: Announcer
    let alarm: TimerAlarm
    let meters: AuditMeters
    let logger: Logger

    /// Writes the rows that executions lack. Those that somebody else works on are left to the next round.
    func mend(_ ids: [String], _ transaction: MessageTransaction) async throws {
        let connection = transaction.connection
        let rows = try await locked(ids, connection)
        guard !rows.isEmpty else { return }
        let found = try await AuditStore(connection: connection).lifelines(of: rows.map(\.state.executionID))
        let definitions = try await desk.load(Set(rows.map { DefinitionStore.Key($0.state) }), connection)
        var timers: [TimerStore.Row] = []
        var tasks: [TaskStore.Row] = []
        var filters: [SubscriptionStore.Row] = []
        for state in rows.map(\.state) {
            guard let definition = definitions[DefinitionStore.Key(state)] else { continue }
            for loss in state.lifelines(definition).losses(in: found[state.executionID] ?? Lifelines()) {
                switch loss {
                case .timer(let id, let due):
                    timers.append(.init(id: id, executionID: state.executionID, due: due))
                case .task(let id, _):
                    if let task = state.requestedTasks.first(where: { $0.id == id }) {
                        tasks.append(TaskStore.Row(task, of: state))
                    }
                case .filter(let filter):
                    // Of any key: what is not for it changes nothing.
                    let subscription = state.subscriptions.first { $0.id == filter.subscription }
                    filters +=
                        subscription.map { subscription in
                            SubscriptionChanges.rows(of: subscription, [:], state.executionID, state.tenant, definition)
                                .filter { $0.filter == filter.pointer }
                        } ?? []
                }
            }
        }
        let timerStore = TimerStore(connection: connection)
        try await timerStore.delete(timers.map(\.id))
        try await timerStore.insert(timers)
        try await TaskStore(connection: connection).upsert(tasks)
        try await SubscriptionStore(connection: connection).upsert(filters)
        note([.timer: timers.count, .task: tasks.count, .event: filters.count], transaction)
        let earliest = timers.map(\.due).min()
        transaction.afterCommit { [alarm] in
            if let earliest { alarm.timerSet(due: earliest) }
        }
    }

    /// Asks again for tasks that nobody has; tells people of those that were asked for often enough, or that are lost
    /// for good.
    func bringBack(_ lost: [LivenessV1.TaskStanding], _ transaction: MessageTransaction) async throws {
        let connection = transaction.connection
        let rows = try await locked(lost.map(\.executionID), connection)
        let states = Dictionary(uniqueKeysWithValues: rows.map { ($0.state.executionID, $0) })
        let definitions = try await desk.load(Set(rows.map { DefinitionStore.Key($0.state) }), connection)
        let repetitions = try await AuditStore(connection: connection)
            .countRepetitions(of: Array(Set(lost.map(\.taskID))).sorted())
        var incidents: [IncidentStore.Row] = []
        for standing in lost {
            guard let row = states[standing.executionID],
                let task = row.state.requestedTasks.first(where: { $0.id == standing.taskID }),
                task.request.attempt == Int(standing.attempt)
            else { continue }
            let cause: MissingCause = standing.standing == .finished ? .answer : .task
            let isHopeless = standing.standing == .cancelled || standing.standing == .forgotten
            let isOver = isHopeless || repetitions[task.id] ?? 0 > MissingCause.mostRepetitions
            var again: Outbound?
            if !isOver, let definition = definitions[DefinitionStore.Key(row.state)] {
                again = try await announcer.again(task.run, of: row, definition, now: transaction.now)
            }
            if let again {
                // An answer is told again by whoever has it.
                if cause == .task { transaction.publish(again) }
                note([cause: 1], transaction)
            } else {
                incidents.append(
                    IncidentStore.Row(task.run, task.id, task.request.attempt, row.state, cause, transaction.now))
            }
        }
        try await raise(incidents, transaction)
    }

    /// Starts executions again that tasks wait for, unless they have ended: what they gave is not known here.
    func bringBack(_ lost: [(parent: String, taskID: String)], _ transaction: MessageTransaction) async throws {
        guard !lost.isEmpty else { return }
        let connection = transaction.connection
        let rows = try await locked(lost.map(\.parent), connection)
        let definitions = try await desk.load(Set(rows.map { DefinitionStore.Key($0.state) }), connection)
        var incidents: [IncidentStore.Row] = []
        for row in rows {
            let tasks = Set(lost.filter { $0.parent == row.state.executionID }.map(\.taskID))
            let children = row.state.awaitedChildren.filter { tasks.contains($0.taskID) }
            let absent = try await AuditStore(connection: connection).absent(children.map(\.executionID))
            for child in children {
                guard let ended = absent[child.executionID] else { continue }
                if ended == nil, let definition = definitions[DefinitionStore.Key(row.state)],
                    let again = try await announcer.again(child.run, of: row, definition, now: transaction.now)
                {
                    transaction.publish(again)
                    note([.child: 1], transaction)
                } else {
                    incidents.append(
                        IncidentStore.Row(child.run, child.taskID, child.attempt, row.state, .child, transaction.now))
                }
            }
        }
        try await raise(incidents, transaction)
    }

    /// Tells people of what is missing, once.
    func raise(_ incidents: [IncidentStore.Row], _ transaction: MessageTransaction) async throws {
        let new = try await IncidentStore(connection: transaction.connection).insert(incidents)
        for incident in incidents where new.contains(incident.id) {
            transaction.publish(announcer.raised(incident, now: transaction.now))
            transaction.afterCommit { [meters, logger] in
                meters.raised(incident.cause)
                logger.error(
                    "an execution lacks what it goes on by",
                    [
                        .code: .string(ErrorCode.causeLost.rawValue), .executionID: .string(incident.executionID),
                        .taskID: .string(incident.taskID), .reason: .string(incident.cause.rawValue),
                    ])
            }
        }
    }

    /// Closes incidents whose cause has come after all, or that nobody waits for any more.
    func closeSettled(_ transaction: MessageTransaction) async throws {
        let store = IncidentStore(connection: transaction.connection)
        let open = try await store.oldest(Self.mostIncidents)
        if !open.isEmpty {
            let ids = Set(open.map(\.executionID)).sorted()
            let read = try await ExecutionStore(connection: transaction.connection).read(ids)
            let rows = Dictionary(uniqueKeysWithValues: read.map { ($0.id, $0.row) })
            let keys = Set(rows.values.compactMap { $0.map { DefinitionStore.Key($0.state) } })
            let definitions = try await desk.load(keys, transaction.connection)
            let unreached = try await DeliveryStore(connection: transaction.connection)
                .unreached(open.filter { $0.cause == .delivery }.map(\.executionID))
            let settled = open.filter { incident in
                if incident.cause == .delivery { return !unreached.contains(incident.executionID) }
                guard let row = rows[incident.executionID] else { return true }
                return row.map { incident.isSettled($0.state, definitions[DefinitionStore.Key($0.state)] != nil) }
                    ?? false
            }
            let gone = try await store.delete(settled.map(\.id))
            for incident in settled where gone.contains(incident.id) {
                transaction.publish(announcer.closed(incident, now: transaction.now))
            }
        }
        meters.open(try await store.count())
    }

    /// Open executions under their locks. Those that another transaction holds go on: they are left out.
    private func locked(_ ids: [String], _ connection: PostgresConnection) async throws -> [ExecutionRow] {
        try await ExecutionStore(connection: connection).lock(Set(ids).sorted(), skippingLocked: true)
            .compactMap(\.row)
    }

    /// Counts and tells what was brought back, once that is committed.
    func note(_ repaired: [MissingCause: Int], _ transaction: MessageTransaction) {
        transaction.afterCommit { [meters, logger] in
            for (cause, count) in repaired where count > 0 {
                meters.repaired(cause, count)
                logger.warning(
                    "the auditor brought back what executions lacked",
                    [.reason: .string(cause.rawValue), .count: .integer(Int64(count))])
            }
        }
    }
}

extension TaskStore.Row {
    /// The row of an attempt that was lost. Nobody knows any more when it was asked for: not after the last event.
    fileprivate init(_ task: ExecutionState.RequestedTask, of state: ExecutionState) {
        self.init(
            id: task.id, executionID: state.executionID, task: task.run.task,
            attempt: Int32(clamping: task.request.attempt), function: task.request.function,
            deadline: task.request.deadline, requestedAt: state.updatedAt)
    }
}

extension IncidentStore.Row {
    fileprivate init(
        _ run: TaskRun, _ taskID: String, _ attempt: Int, _ state: ExecutionState, _ cause: MissingCause, _ now: Instant
    ) {
        self.init(
            tenant: state.tenant, executionID: state.executionID, taskID: taskID, attempt: attempt, task: run.task,
            cause: cause, raisedAt: now)
    }

    /// Whether an execution whose state can be read lacks it no more.
    func isSettled(_ state: ExecutionState, _ hasDefinition: Bool) -> Bool {
        switch cause {
        case .state: true
        case .definition: hasDefinition
        case .cause: !state.causes.isEmpty
        // Not by the state: by what has come.
        case .delivery: false
        case .timer, .event, .task, .answer, .child: state.outstanding(taskID)?.attempt != attempt
        }
    }
}
