import AgentWorkerDomain
import Core
import Lifecycle
import Messaging
import Postgres
import Telemetry

/// Journals outside work: intent, dispatch, outcome. What is known to be done is never done again.
struct EffectJournal: Sendable {
    /// For how long it holds that a lease was still held: much less than people need to decide.
    private static let mostAge: Duration = .seconds(5)

    let ledger: TaskLedger
    let pool: PostgresPool
    let telemetry: Telemetry

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
    enum Finding: Sendable, Hashable {
        /// It was done, and brought this.
        case done(EffectOutcome)
        /// Nothing came of it.
        case notDone
        /// It was done, and it has undone it.
        case undone
        /// It cannot be asked, or its answer says neither. A person has to find out.
        case unclear(String)
    }

    /// How to ask the other side.
    struct Inquiry: Sendable {
        /// How long after the sending it may be asked.
        var settle: Duration = .zero
        /// Whether asking undoes what was done.
        var undoes = false
        /// Asks. Throws `Postponement` when it is to be asked later.
        var ask: @Sendable (EffectTable.Unsettled) async throws -> Finding = { _ in .unclear("") }
    }

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
        inquiry: Inquiry = Inquiry(), send: () async throws -> Sent
    ) async throws -> EffectOutcome {
        guard effect.effectClass != .pure else { return try await plain(send) }
        while true {
            let ticket = try await ledger.open(effect)
            switch ticket.step {
            case .reuse(let outcome): return outcome
            case .superseded: throw LeaseLost()
            case .ambiguous(let number):
                if let outcome = try await settle(number, of: effect, inquiry) { return outcome }
                continue
            case .dispatch, .repeatDispatch: guard try await recheck(effect, ticket) else { continue }
            }
            switch try await send() {
            case .outcome(let outcome): return try await keep(outcome, of: effect, ticket.dispatch, record)
            case .nothing(let fault):
                try await EffectTable.undo(effect.key, dispatch: ticket.dispatch, on: pool)
                throw fault
            case .unknown(let fault): if effect.effectClass.isRepeatable { throw fault }
            }
            // From here on as if another worker had sent it and died.
        }
    }

    /// Looks once more, before what must not be repeated, or costs, is sent: a worker that stalled after it wrote the
    /// dispatch may have been taken for dead. It has not sent, and says so. One that stalled while it looked does so
    /// again. False when the answer to an earlier sending has come meanwhile.
    private func recheck(_ effect: EffectTable.Opening, _ ticket: EffectTable.Ticket) async throws -> Bool {
        if effect.effectClass.isRepeatable, !effect.isCostly { return true }
        while true {
            let asked = ContinuousClock.now
            switch try await EffectTable.standing(of: effect, on: pool) {
            case .wanted: if ContinuousClock.now - asked < Self.mostAge { return true }
            case .answered: return false
            case .lost:
                try await EffectTable.undo(effect.key, dispatch: ticket.dispatch, on: pool)
                throw LeaseLost()
            }
        }
    }

    private func plain(_ send: () async throws -> Sent) async throws -> EffectOutcome {
        switch try await send() {
        case .outcome(let outcome): return outcome
        case .nothing(let fault), .unknown(let fault): throw fault
        }
    }

    private func keep(
        _ outcome: EffectOutcome, of effect: EffectTable.Opening, _ dispatch: Int,
        _ record: @escaping @Sendable (EffectOutcome, MessageTransaction) -> Void
    ) async throws -> EffectOutcome {
        let content = EffectAnswer(dispatch: dispatch, effectClass: effect.effectClass, outcome: outcome)
        switch try await complete(.init(key: effect.key, content: content), record) {
        case .counted, .known: return outcome
        case .late:
            if effect.isCostly {
                telemetry.metrics.counter(.effectsBoughtTwice, "Answers paid for when another's had come.").increment()
            }
            // Another's counts, for whoever reads the journal later.
            guard let counted = try await self.outcome(effect.key) else { throw LeaseLost() }
            return counted
        }
    }

    /// Writes an answer, again and again while the database is away: what was answered, and perhaps paid for, is not
    /// given up for an outage. Cancelled, it stops trying.
    private func complete(
        _ answer: EffectTable.Answer, _ record: @escaping @Sendable (EffectOutcome, MessageTransaction) -> Void
    ) async throws -> Effect.Reception {
        let policy = RetryPolicy(base: .milliseconds(50), cap: .seconds(2), limit: 30)
        var failures = 0
        while true {
            do {
                return try await ledger.complete(answer, record: { record(answer.content.outcome, $0) })
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
        _ number: Int, of effect: EffectTable.Opening, _ inquiry: Inquiry
    ) async throws -> EffectOutcome? {
        let key = EffectTable.Key(taskID: effect.key.taskID, number: number)
        guard let sending = try await EffectTable.unsettled([key], on: pool).first else { return nil }
        if sending.age < inquiry.settle { throw Postponement(pause: inquiry.settle - sending.age) }
        if inquiry.undoes {
            let isOpen = try await underLease(effect) {
                try await EffectTable.beginUndoing(key, dispatch: sending.dispatch, on: $1.connection)
            }
            guard isOpen else { return nil }
        }
        let finding = try await inquiry.ask(sending)
        switch finding {
        case .done(let outcome):
            return try await underLease(effect) { _, transaction in
                let connection = transaction.connection
                // An answer that came meanwhile says more.
                guard try await EffectTable.settle(key, dispatch: sending.dispatch, outcome, on: connection) else {
                    return nil
                }
                try await EffectTable.carryOver(key, to: effect.key.number, on: connection)
                return outcome
            }
        case .notDone, .undone:
            try await underLease(effect) { task, transaction in
                try await EffectTable.undo(
                    key, dispatch: sending.dispatch, isUndone: finding == .undone, on: transaction.connection)
                try await IncidentDesk.compare(key, sending.dispatch, of: task, in: transaction)
            }
            return nil
        case .unclear(let reason): throw AmbiguousEffect(key: key, reason: reason)
        }
    }

    /// Writes what only the holder of the lease may write.
    private func underLease<Result: Sendable>(
        _ effect: EffectTable.Opening, _ body: (StoredTask, MessageTransaction) async throws -> Result
    ) async throws -> Result {
        try await ledger.outbox.transaction { transaction in
            guard let task = try await TaskTable.leased(effect, on: transaction.connection) else { throw LeaseLost() }
            return try await body(task, transaction)
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
