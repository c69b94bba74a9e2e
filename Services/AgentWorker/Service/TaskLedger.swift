import AgentWorkerDomain
import Contracts
import Core
import Lifecycle
import Messaging
import Postgres

/// Writes what running tasks leave behind: effects before they are sent, their outcomes, and how tasks ended. What
/// tasks write at the same time is one transaction.
struct TaskLedger: Service {
    private enum Entry: Sendable {
        case open(EffectTable.Opening)
        case answer(EffectTable.Answer, record: @Sendable (MessageTransaction) -> Void)
        case end(StoredTask, Settlement)
        case start(StoredTask)

        /// What of a step it is; nil for what no step depends on.
        var part: CrashPoint.Part? {
            switch self {
            case .open: .opening
            case .answer: .outcome
            case .end: .end
            case .start: nil
            }
        }
    }

    private enum Answer: Sendable {
        case ticket(EffectTable.Ticket)
        case reception(Effect.Reception)
        case isCounted(Bool)
        case noted
    }

    /// More in one transaction gains nothing and holds locks for longer.
    private static let largestBatch = 500

    let outbox: Outbox
    private let combiner: Combiner<Entry, Answer>
    private let reach: @Sendable (CrashPoint) async throws -> Void

    /// The ledger of the worker named `instance`. Nothing is written before `run`. `reach` is called at each boundary
    /// of a step: there tests let a worker die.
    init(
        outbox: Outbox, instance: String, reach: @escaping @Sendable (CrashPoint) async throws -> Void = { _ in }
    ) {
        (self.outbox, self.reach) = (outbox, reach)
        combiner = Combiner(limit: Self.largestBatch, isShared: isRetriable) {
            entries in
            let answers = try await outbox.transaction { transaction in
                let answers = try await Self.write(entries, worker: instance, in: transaction)
                for part in entries.compactMap(\.part) { try await reach(CrashPoint(part, .written)) }
                return answers
            }
            for part in entries.compactMap(\.part) { try await reach(CrashPoint(part, .committed)) }
            return answers
        }
    }

    /// Carries entries out until shutdown.
    func run(_ shutdown: Shutdown) async throws { try await combiner.run(shutdown) }

    /// Writes that the effect is about to be sent, unless what the journal has of it says otherwise.
    func open(_ effect: EffectTable.Opening) async throws -> EffectTable.Ticket {
        guard case .ticket(let ticket) = try await ask(.open(effect)) else {
            preconditionFailure("an opening is answered with a ticket")
        }
        return ticket
    }

    /// Writes an answer and says what became of it; `record` may publish something with an outcome. An answer that has
    /// come is written even when the task is cancelled.
    func complete(
        _ answer: EffectTable.Answer, record: @escaping @Sendable (MessageTransaction) -> Void
    ) async throws -> Effect.Reception {
        guard
            case .reception(let reception) = try await ask(.answer(answer, record: record), isCancellable: false)
        else { preconditionFailure("an answer is answered with what became of it") }
        return reception
    }

    /// Ends the task, if it still is this lease's to end: its row, its result and its message. False when it is not.
    func end(_ task: StoredTask, _ settlement: Settlement) async throws -> Bool {
        guard case .isCounted(let isCounted) = try await ask(.end(task, settlement)) else {
            preconditionFailure("an end is answered with whether it counts")
        }
        return isCounted
    }

    /// Publishes that the task runs here.
    func announce(_ task: StoredTask) async throws { _ = try await combiner.ask(.start(task)) }

    private func ask(_ entry: Entry, isCancellable: Bool = true) async throws -> Answer {
        if let part = entry.part { try await reach(CrashPoint(part, .asked)) }
        return try await combiner.ask(entry, isCancellable: isCancellable)
    }

    private static func write(
        _ entries: [Entry], worker: String, in transaction: MessageTransaction
    ) async throws -> [Answer] {
        transaction.willPublish()
        var openings: [EffectTable.Opening] = []
        var received: [(answer: EffectTable.Answer, record: @Sendable (MessageTransaction) -> Void)] = []
        var ends: [(StoredTask, Settlement)] = []
        for entry in entries {
            switch entry {
            case .open(let opening): openings.append(opening)
            case .answer(let answer, let record): received.append((answer, record))
            case .end(let task, let settlement): ends.append((task, settlement))
            case .start: break
            }
        }
        let connection = transaction.connection
        var tickets = try await EffectTable.open(openings, on: connection)
        var receptions = try await receive(received, in: transaction)[...]
        var counted = try await end(ends, worker: worker, in: transaction)
        var answers: [Answer] = []
        for entry in entries {
            switch entry {
            case .open(let opening):  // Two of one effect at a time have two leases, one of them lost.
                answers.append(.ticket(tickets.removeValue(forKey: opening.key) ?? .init(step: .superseded)))
            case .answer: answers.append(.reception(receptions.removeFirst()))
            case .end(let task, _): answers.append(.isCounted(counted.remove(task.id) != nil))
            case .start(let task):
                Announcement.started(task, worker: worker, in: transaction)
                answers.append(.noted)
            }
        }
        return answers
    }

    private static func receive(
        _ received: [(answer: EffectTable.Answer, record: @Sendable (MessageTransaction) -> Void)],
        in transaction: MessageTransaction
    ) async throws -> [Effect.Reception] {
        let counted = try await EffectTable.complete(received.map(\.answer), on: transaction.connection)
        var receptions: [Effect.Reception] = []
        for (place, (answer, record)) in received.enumerated() {
            let isCounted = counted.contains(place)
            receptions.append(isCounted ? .counted : try await IncidentDesk.receive(answer, in: transaction))
            if receptions.last == .counted { record(transaction) }
        }
        return receptions
    }

    /// Ends those whose lease is still the one that they were taken under; gives their ids.
    private static func end(
        _ ends: [(StoredTask, Settlement)], worker: String, in transaction: MessageTransaction
    ) async throws -> Set<String> {
        var leased = try await TaskTable.lockLeased(ends.map(\.0), on: transaction.connection)
        // Once, however often it is asked for.
        let valid = ends.filter { leased.remove($0.0.lease) != nil }
        try await Settlement.record(valid, worker: worker, in: transaction)
        return Set(valid.map(\.0.id))
    }
}
