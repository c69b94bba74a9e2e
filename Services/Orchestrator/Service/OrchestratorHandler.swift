import Contracts
import Core
import Engine
import Messaging
import OrchestratorDomain
import Postgres
import Telemetry
import Workflow

/// Takes the messages of a poll: one read, decisions in memory, one write.
struct OrchestratorHandler: BatchHandler {
    let topics = [
        Topic.orchestratorCommands, Topic.agentsEvents, Topic.policyEvents, Topic.approvalsEvents, Topic.ingressEvents,
    ]
    let desk: DefinitionDesk
    let migrations: MigrationDesk
    let reader: IncomingReader
    let announcer: Announcer
    let router: EventRouter
    let audit: AuditDesk
    let tellsLifecycle: Bool
    let meters: OrchestratorMeters
    /// Told of timers once they are committed.
    let alarm: TimerAlarm
    let line: StartLine

    func handle(_ messages: [Inbound], _ transaction: MessageTransaction) async throws {
        line.pollBegan()
        transaction.afterCommit { [line] in line.pollEnded() }
        try await route(messages.filter { $0.topic == .ingressEvents }, transaction)
        let incoming = try await read(messages.filter { $0.topic != .ingressEvents }, transaction)
        // A start in the same poll may mean a version that is registered in it.
        for one in incoming where one.executionID.isEmpty {
            try await desk.register(one, transaction)
            try await migrations.open(one, transaction)
        }
        var about: [Incoming] = []
        for one in incoming where !one.executionID.isEmpty {
            if let one = try await audit.admit(one, transaction) { about.append(one) }
        }
        try await decide(try await line.admit(about, transaction), transaction)
        DeliveryStore(connection: transaction.connection).delete(incoming.compactMap(\.deliveryID))
        try await audit.take(incoming, transaction)
    }

    /// Begins starts that waited.
    func begin(_ starts: [WaitingStart], _ transaction: MessageTransaction) async throws {
        try await decide(try await read(starts.map(\.message), transaction), transaction)
    }

    /// Decides what messages about executions ask.
    private func decide(_ messages: [Incoming], _ transaction: MessageTransaction) async throws {
        guard !messages.isEmpty else { return }
        var batch = ExecutionBatch(now: transaction.now, tellsLifecycle: tellsLifecycle)
        let connection = transaction.connection
        var asked: [DefinitionStore.Key: PostgresAnswer] = [:]
        for key in messages.compactMap(\.definition) where asked[key] == nil { asked[key] = desk.ask(key, connection) }
        let new = Set(messages.lazy.filter(\.isStart).map(\.executionID))
        try await batch.load(Set(messages.map(\.executionID)), new: new, connection)
        let about = try await recall(messages, &batch, transaction) + messages
        let starts = try await resolve(about, asked, batch, connection)
        var keys = Set(starts.values.compactMap { $0 })
        for row in batch.rows.values {
            keys.insert(DefinitionStore.Key(tenant: row.state.tenant, reference: row.state.definition))
        }
        let definitions = try await desk.load(keys, connection)
        for (position, one) in about.enumerated() {
            take(one, start: starts[position] ?? nil, definitions, &batch, transaction)
        }
        try await finish(batch, transaction)
    }

    /// The waiting starts of executions that messages speak of: these begin now.
    private func recall(
        _ messages: [Incoming], _ batch: inout ExecutionBatch, _ transaction: MessageTransaction
    ) async throws -> [Incoming] {
        let started = Set(messages.lazy.filter(\.isStart).map(\.executionID))
        let unknown = Set(messages.map(\.executionID)).filter { !started.contains($0) && !batch.knows($0) }
        if unknown.isEmpty { return [] }
        let recalled = try await WaitingStartStore(connection: transaction.connection).take(unknown.sorted())
        let starts = try await read(recalled.map(\.message), transaction)
        // Those that another process was just taking are open by now.
        let others = unknown.subtracting(starts.map(\.executionID))
        if !others.isEmpty { try await batch.load(others, transaction.connection) }
        return starts
    }

    /// Writes the batch and publishes what was decided.
    func finish(_ batch: ExecutionBatch, _ transaction: MessageTransaction) async throws {
        try await batch.save(transaction.connection)
        let recorded = batch.told()
        for message in try await announcer.messages(recorded) { transaction.publish(message) }
        for message in try await announcer.lifecycle(recorded) { transaction.publish(message) }
        transaction.afterCommit { [meters, alarm] in
            meters.count(recorded)
            let due = recorded.compactMap { one in
                if case .timerSet(let timer, _) = one.event.outcome { timer.due } else { nil }
            }
            if let earliest = due.min() { alarm.timerSet(due: earliest) }
        }
    }

    private func route(_ messages: [Inbound], _ transaction: MessageTransaction) async throws {
        var events: [IngressEvent] = []
        for message in messages {
            do throws(UnreadableMessage) {
                events.append(try IngressEvent(message))
            } catch {
                transaction.deadLetter(message, code: error.code, cause: error.cause)
            }
        }
        if !events.isEmpty { try await router.route(events, transaction) }
    }

    private func read(_ messages: [Inbound], _ transaction: MessageTransaction) async throws -> [Incoming] {
        var incoming: [Incoming] = []
        for message in messages {
            do {
                if let one = try await reader.read(message) { incoming.append(one) }
            } catch let error as UnreadableMessage {
                transaction.deadLetter(message, code: error.code, cause: error.cause)
            }
        }
        return incoming
    }

    /// The versions that starts mean, by the position of the start; nil where there is none.
    private func resolve(
        _ incoming: [Incoming], _ answers: [DefinitionStore.Key: PostgresAnswer], _ batch: ExecutionBatch,
        _ connection: PostgresConnection
    ) async throws -> [Int: DefinitionStore.Key?] {
        var keys: [Int: DefinitionStore.Key?] = [:]
        // Many starts of a poll ask for the same.
        var known: [DefinitionStore.Key: DefinitionStore.Key?] = [:]
        for (position, one) in incoming.enumerated() {
            guard let asked = one.definition, batch.rows[one.executionID] == nil,
                batch.tombstones[one.executionID] == nil
            else { continue }
            if known[asked] == nil {
                known[asked] = .some(try await desk.resolve(asked, connection, answer: answers[asked]))
            }
            keys[position] = known[asked]!
        }
        return keys
    }
}

extension OrchestratorHandler {
    private func take(
        _ incoming: Incoming, start: DefinitionStore.Key?, _ definitions: [DefinitionStore.Key: CompiledDefinition],
        _ batch: inout ExecutionBatch, _ transaction: MessageTransaction
    ) {
        let id = incoming.executionID
        guard !batch.unreadable.contains(id) else {
            let cause = "the stored state of the execution cannot be read"
            return transaction.deadLetter(incoming.message, code: .unreadableState, cause: cause)
        }
        if case .start(let reference, let input, let parent) = incoming.content {
            guard batch.rows[id] == nil, batch.tombstones[id] == nil else { return }
            guard let start, let definition = definitions[start] else {
                batch.refuseStart(id, tenant: incoming.envelope.tenant)
                let rejection = Rejection(.notFound, .unknownDefinition, "there is no definition \(reference)")
                transaction.publish(announcer.refused(incoming, rejection, now: transaction.now))
                if let parent {
                    transaction.publish(announcer.unstarted(incoming, parent, rejection, now: transaction.now))
                }
                return
            }
            let command = ExecutionCommand.start(
                executionID: id, definition: start.reference, input: input, tenant: incoming.envelope.tenant,
                parent: parent)
            return decide(command, incoming, definition, &batch, transaction)
        }
        guard let row = batch.rows[id] else { return afterTheEnd(incoming, batch, transaction) }
        if incoming.isRequest, row.state.tenant != incoming.envelope.tenant {
            return transaction.publish(announcer.refused(incoming, .noExecution, now: transaction.now))
        }
        let key = DefinitionStore.Key(tenant: row.state.tenant, reference: row.state.definition)
        guard let definition = definitions[key] else {
            let cause = "the stored definition of the execution cannot be read"
            return transaction.deadLetter(incoming.message, code: .unreadableState, cause: cause)
        }
        if let command = incoming.command(row.state) { decide(command, incoming, definition, &batch, transaction) }
    }

    private func decide(
        _ command: ExecutionCommand, _ incoming: Incoming, _ definition: CompiledDefinition,
        _ batch: inout ExecutionBatch, _ transaction: MessageTransaction
    ) {
        let rejection = batch.decide(
            command, of: incoming.executionID, definition, causationID: incoming.envelope.id,
            traceparent: incoming.envelope.traceparent)
        if let rejection { transaction.publish(announcer.refused(incoming, rejection, now: transaction.now)) }
    }

    /// Answers for what is not open: results are late and change nothing, requests are refused.
    private func afterTheEnd(_ incoming: Incoming, _ batch: ExecutionBatch, _ transaction: MessageTransaction) {
        guard incoming.isRequest else { return }
        let tombstone = batch.tombstones[incoming.executionID]
        var rejection: Rejection? = .noExecution
        if let tombstone, tombstone.tenant == incoming.envelope.tenant {
            rejection = tombstone.refusal(toCancel: incoming.isCancel)
        }
        if let rejection { transaction.publish(announcer.refused(incoming, rejection, now: transaction.now)) }
    }
}

extension Rejection {
    fileprivate static var noExecution: Rejection {
        Rejection(.notFound, .unknownExecution, "there is no such execution")
    }
}

extension Incoming {
    /// Whether somebody asks for something and is to hear when it is refused.
    fileprivate var isRequest: Bool {
        switch content {
        case .cancel, .suspend, .resume: true
        case .register, .migrate, .start, .deliver, .answer, .standing, .inquiry, .decision: false
        }
    }

    /// The id under which it was noted when an event brought it about.
    fileprivate var deliveryID: String? {
        switch content {
        case .deliver: envelope.id
        case .start(_, _, parent: nil) where envelope.source == Announcer.source: envelope.id
        default: nil
        }
    }

    fileprivate var isCancel: Bool { if case .cancel = content { true } else { false } }

    /// What the engine is asked; nil for what is not about an open execution.
    fileprivate func command(_ state: ExecutionState) -> ExecutionCommand? {
        switch content {
        case .register, .migrate, .start, .standing, .inquiry, .decision: return nil
        case .cancel(let reason): return .cancel(reason: reason)
        case .suspend(let reason): return .suspend(reason: reason)
        case .resume: return .resume
        case .deliver(let subscriptionID, let event):
            return .eventReceived(subscriptionID: subscriptionID, event: event)
        case .answer(let taskID, let attempt, let outcome, let usage):
            let outstanding = state.outstanding(taskID)?.attempt
            guard let attempt = attempt ?? outstanding else { return nil }
            switch outcome {
            case .completed(let output):
                return .taskCompleted(taskID: taskID, attempt: attempt, output: output, usage: usage)
            case .failed(let fault):
                return .taskFailed(taskID: taskID, attempt: attempt, fault: fault, usage: usage)
            }
        }
    }
}
