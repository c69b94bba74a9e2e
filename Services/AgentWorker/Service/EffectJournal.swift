import AgentWorkerDomain
import Core
import Lifecycle
import Messaging
import Postgres

/// Journals outside work: intent, dispatch, outcome. What is known to be done is never done again.
struct EffectJournal: Sendable {
    let ledger: TaskLedger
    let pool: PostgresPool

    /// What an attempt to send brought.
    enum Sent: Sendable {
        /// An answer worth keeping.
        case outcome(EffectOutcome)
        /// Nothing reached the other side, or its answer is no outcome: a later attempt may ask anew.
        case nothing(Fault)
        /// Whether it was done is not known.
        case unknown(Fault)
    }

    /// What the other side says about a sending of which nobody knows the outcome.
    enum Finding: Sendable {
        /// It was done, and brought this.
        case done(EffectOutcome)
        /// Nothing came of it.
        case notDone
        /// It cannot be asked, or its answer says neither. A person has to find out.
        case unclear(String)
    }

    /// Asks the other side. Throws `Postponement` when it is to be asked later.
    typealias Inquiry = @Sendable (EffectTable.Unsettled) async throws -> Finding

    /// The outcome of an effect, if it is known.
    func outcome(_ key: EffectTable.Key) async throws -> EffectOutcome? {
        guard case .completed(let outcome)? = try await EffectTable.load(key, on: pool)?.progress else { return nil }
        return outcome
    }

    /// Gives the outcome from the journal, or sends and journals it. `record` may publish something in the transaction
    /// that journals the outcome. What may be repeated for nothing is not journalled. What may have been done and must
    /// not be repeated is inquired about; throws `AmbiguousEffect` when that does not help. Throws a fault when there
    /// is no outcome, and `LeaseLost`.
    func perform(
        _ effect: EffectTable.Opening,
        record: @escaping @Sendable (EffectOutcome, MessageTransaction) -> Void = { _, _ in },
        inquire: @escaping Inquiry = { _ in .unclear("") }, send: () async throws -> Sent
    ) async throws -> EffectOutcome {
        guard effect.effectClass != .pure else { return try await plain(send) }
        while true {
            let ticket = try await ledger.open(effect)
            switch ticket.step {
            case .reuse(let outcome): return outcome
            case .superseded: throw LeaseLost()
            case .ambiguous(let number):
                if let outcome = try await settle(number, of: effect, inquire) { return outcome }
                continue
            case .dispatch, .repeatDispatch: try await recheck(effect, ticket)
            }
            switch try await send() {
            case .outcome(let outcome): return try await keep(outcome, of: effect.key, record)
            case .nothing(let fault):
                try await EffectTable.undo(effect.key, dispatch: ticket.dispatch, on: pool)
                throw fault
            case .unknown(let fault): if effect.effectClass.isRepeatable { throw fault }
            }
            // From here on as if another worker had sent it and died.
        }
    }

    /// Looks once more, before what must not be repeated, or costs, is sent: a worker that stalled after it wrote the
    /// dispatch may have been taken for dead. It has not sent, and says so.
    private func recheck(_ effect: EffectTable.Opening, _ ticket: EffectTable.Ticket) async throws {
        if effect.effectClass.isRepeatable, !effect.isCostly { return }
        if try await TaskTable.isStillLeased(effect, on: pool) { return }
        try await EffectTable.undo(effect.key, dispatch: ticket.dispatch, on: pool)
        throw LeaseLost()
    }

    private func plain(_ send: () async throws -> Sent) async throws -> EffectOutcome {
        switch try await send() {
        case .outcome(let outcome): return outcome
        case .nothing(let fault), .unknown(let fault): throw fault
        }
    }

    private func keep(
        _ outcome: EffectOutcome, of key: EffectTable.Key,
        _ record: @escaping @Sendable (EffectOutcome, MessageTransaction) -> Void
    ) async throws -> EffectOutcome {
        if try await complete(key, outcome, record) { return outcome }
        // Another worker's answer was written first. That one counts, for whoever reads the journal later.
        return try await self.outcome(key) ?? outcome
    }

    /// Writes an outcome, again and again while the database is away: what was answered, and perhaps paid for, is not
    /// given up for an outage. Cancelled, it stops trying.
    private func complete(
        _ key: EffectTable.Key, _ outcome: EffectOutcome,
        _ record: @escaping @Sendable (EffectOutcome, MessageTransaction) -> Void
    ) async throws -> Bool {
        let policy = RetryPolicy(base: .milliseconds(50), cap: .seconds(2), limit: 30)
        var failures = 0
        while true {
            do {
                return try await ledger.complete(key, outcome, record: { record(outcome, $0) })
            } catch let error as any RetriableError where error.isRetriable {
                failures += 1
                guard let pause = policy.delay(retry: failures, draw: 1) else { throw error }
                _ = await Shutdown().wait(atMost: pause)
                if Task.isCancelled { throw error }
            }
        }
    }

    /// Finds out about a sending. Nil when it may be opened anew.
    private func settle(
        _ number: Int, of effect: EffectTable.Opening, _ inquire: Inquiry
    ) async throws -> EffectOutcome? {
        let key = EffectTable.Key(taskID: effect.key.taskID, number: number)
        guard let sending = try await EffectTable.unsettled([key], on: pool).first else { return nil }
        switch try await inquire(sending) {
        case .done(let outcome):
            return try await pool.transaction { connection in
                guard try await TaskTable.isLeased(effect, on: connection) else { throw LeaseLost() }
                _ = try await EffectTable.complete([(key, outcome)], on: connection)
                try await EffectTable.carryOver(key, to: effect.key.number, on: connection)
                return outcome
            }
        case .notDone:
            try await pool.transaction { connection in
                guard try await TaskTable.isLeased(effect, on: connection) else { throw LeaseLost() }
                try await EffectTable.undo(key, dispatch: sending.dispatch, on: connection)
            }
            return nil
        case .unclear(let reason): throw AmbiguousEffect(key: key, reason: reason)
        }
    }
}

/// A call may or may not have been carried out and must not be repeated: a person has to decide.
struct AmbiguousEffect: Error {
    var key: EffectTable.Key
    /// What the other side said, if it was asked.
    var reason: String

    /// For people.
    var detail: String {
        "nobody knows whether it was carried out, and it must not be repeated" + (reason.isEmpty ? "" : "; \(reason)")
    }
}

/// The task is to be taken up later.
struct Postponement: Error {
    var pause: Duration
}

/// The lease was lost, or nobody wants the task any more.
struct LeaseLost: Error {}
