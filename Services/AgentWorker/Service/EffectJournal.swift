import AgentWorkerDomain
import Core
import Messaging
import Postgres

/// Journals outside work: intent, dispatch, outcome. What is known to be done is never done again.
struct EffectJournal: Sendable {
    let outbox: Outbox
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

    /// Gives the outcome from the journal, or sends and journals it. `record` may publish something in the transaction
    /// that journals the outcome. Throws a fault when there is no outcome; one of its own when the effect is ambiguous
    /// and may not be repeated.
    func perform(
        _ key: EffectTable.Key, kind: String, _ effectClass: EffectClass, idempotencyKey: String,
        record: (EffectOutcome, MessageTransaction) -> Void = { _, _ in }, send: () async throws -> Sent
    ) async throws -> EffectOutcome {
        let effect = try await EffectTable.intend(
            key, kind: kind, effectClass, idempotencyKey: idempotencyKey, on: pool)
        switch effect.step {
        case .reuse(let outcome): return outcome
        case .ambiguous: throw Self.ambiguous(kind)
        case .dispatch, .repeatDispatch: break
        }
        try await EffectTable.dispatch(key, on: pool)
        switch try await send() {
        case .outcome(let outcome):
            let isFirst = try await outbox.transaction { transaction in
                guard try await EffectTable.complete(key, outcome, on: transaction.connection) else { return false }
                record(outcome, transaction)
                return true
            }
            if isFirst { return outcome }
            // Another worker's answer was written first. That one counts, for whoever reads the journal later.
            if case .completed(let first)? = try await EffectTable.load(key, on: pool)?.progress { return first }
            return outcome
        case .nothing(let fault):
            try await EffectTable.undo(key, on: pool)
            throw fault
        case .unknown(let fault):
            throw effectClass.isRepeatable ? fault : Self.ambiguous(kind)
        }
    }

    /// Not one of the standard kinds: a definition that repeats communication errors must not repeat this one unawares.
    private static func ambiguous(_ kind: String) -> Fault {
        Fault(
            type: "https://cadenza.dev/errors/ambiguous-effect", status: 500, title: "An effect is ambiguous",
            detail: "\(ErrorCode.ambiguousEffect): \(kind) may or may not have been carried out and cannot be repeated")
    }
}
