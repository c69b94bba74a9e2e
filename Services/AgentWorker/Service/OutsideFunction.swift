import AgentWorkerDomain
import Core
import Expressions
import Functions
import HTTP

/// The functions that the language itself defines, journalled.
struct OutsideFunction: Sendable {
    /// Marks an outcome that is a fault.
    private static let problem = EffectOutcome.Header("content-type", "application/problem+json")

    let functions: FunctionTable
    let journal: EffectJournal
    let sendsIdempotencyKeys: Bool

    /// The output. The key is the task's, not the attempt's: a server that honours it does the work once, whatever
    /// happens. Throws a fault, or what may pass.
    func run(_ task: StoredTask, _ arguments: JSON, _ deferred: DeferredExpressions) async throws -> JSON {
        let key = EffectTable.Key(taskID: task.id, number: task.attempt)
        // What another worker has done needs no preparation, which could fail.
        if task.leases > 1, let known = try await journal.outcome(key) { return try Self.output(known) }
        let context = FunctionContext(
            callID: task.id, idempotencyKey: sendsIdempotencyKeys ? task.id : nil, deadline: task.deadline,
            requestedAt: task.requestedAt, deferred: deferred)
        let call: PreparedCall
        do throws(FunctionError) {
            call = try await functions.prepare(task.function, arguments, context)
        } catch {
            guard let fault = error.fault else { throw CancellationError() }
            throw fault
        }
        let effect = EffectTable.Opening(
            key: key, kind: task.function, effectClass: EffectClass(call.effect),
            idempotencyKey: context.idempotencyKey ?? "")
        let outcome = try await journal.perform(effect) { try await Self.sent(call) }
        return try Self.output(outcome)
    }

    /// The arguments of a function that runs here otherwise, complete. Throws a fault, or what may pass.
    func resolve(
        _ task: StoredTask, _ arguments: JSON, _ deferred: DeferredExpressions
    ) async throws -> ResolvedArguments {
        let context = FunctionContext(callID: task.id, deadline: task.deadline, deferred: deferred)
        do throws(FunctionError) { return try await functions.resolve(task.function, arguments, context) } catch {
            guard let fault = error.fault else { throw CancellationError() }
            throw fault
        }
    }

    private static func sent(_ call: PreparedCall) async throws -> EffectJournal.Sent {
        do throws(FunctionError) {
            return .outcome(EffectOutcome(status: 200, body: try await call.run().bytes()))
        } catch {
            switch error {
            case .cancelled: throw CancellationError()
            case .fault(let fault, .nothing): return .nothing(fault)
            case .fault(let fault, .answered):
                return .outcome(EffectOutcome(status: fault.status, headers: [problem], body: fault.json.bytes()))
            case .fault(let fault, .unknown): return .unknown(fault)
            }
        }
    }

    private static func output(_ outcome: EffectOutcome) throws -> JSON {
        let value = try JSON(parsing: outcome.body)
        if outcome.headers.contains(problem), let fault = Fault(json: value) { throw fault }
        return value
    }
}

extension EffectClass {
    init(_ effect: PreparedCall.Effect) {
        switch effect {
        case .reads: self = .pure
        case .idempotent: self = .idempotent
        case .irreversible: self = .irreversible
        }
    }
}

extension EffectOutcome {
    init(_ response: HTTPClientResponse) {
        self.init(
            status: response.status, headers: response.headers.fields.map { .init($0.name, $0.value) },
            body: response.body)
    }
}
