import AgentWorkerDomain
import Core
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

    /// The outcome of an effect, if it is known.
    func outcome(_ key: EffectTable.Key) async throws -> EffectOutcome? {
        guard case .completed(let outcome)? = try await EffectTable.load(key, on: pool)?.progress else { return nil }
        return outcome
    }

    /// Gives the outcome from the journal, or sends and journals it. `record` may publish something in the transaction
    /// that journals the outcome. What may be repeated for nothing is not journalled. Throws a fault when there is no
    /// outcome; one of its own when the effect is ambiguous and may not be repeated.
    func perform(
        _ effect: EffectTable.Opening,
        record: @escaping @Sendable (EffectOutcome, MessageTransaction) -> Void = { _, _ in },
        send: () async throws -> Sent
    ) async throws -> EffectOutcome {
        let (key, effectClass) = (effect.key, effect.effectClass)
        let isJournalled = effectClass != .pure
        switch isJournalled ? try await ledger.open(effect) : .dispatch {
        case .reuse(let outcome): return outcome
        case .ambiguous: throw Self.ambiguous(effect.kind)
        case .dispatch, .repeatDispatch: break
        }
        switch try await send() {
        case .outcome(let outcome):
            guard isJournalled, !(try await ledger.complete(key, outcome, record: { record(outcome, $0) })) else {
                return outcome
            }
            // Another worker's answer was written first. That one counts, for whoever reads the journal later.
            if case .completed(let first)? = try await EffectTable.load(key, on: pool)?.progress { return first }
            return outcome
        case .nothing(let fault):
            if isJournalled { try await EffectTable.undo(key, on: pool) }
            throw fault
        case .unknown(let fault):
            throw effectClass.isRepeatable ? fault : Self.ambiguous(effect.kind)
        }
    }

    /// Not one of the standard kinds: a definition that repeats communication errors must not repeat this one unawares.
    private static func ambiguous(_ kind: String) -> Fault {
        Fault(
            type: "https://cadenza.dev/errors/ambiguous-effect", status: 500, title: "An effect is ambiguous",
            detail: "\(ErrorCode.ambiguousEffect): \(kind) may or may not have been carried out and cannot be repeated")
    }
}
