import AgentWorkerDomain
import Core
import Expressions
import Functions
import HTTP

/// The functions that the language itself defines, journalled.
struct OutsideFunction: Sendable {
    let functions: FunctionTable
    let journal: EffectJournal
    let sendsIdempotencyKeys: Bool
    var rules: [EffectRule] = []

    /// The output. The key is the task's, not the attempt's: a server that honours it does the work once, whatever
    /// happens. Throws a fault, `AmbiguousEffect`, or what may pass.
    func run(
        _ task: StoredTask, _ arguments: JSON, _ deferred: DeferredExpressions, _ early: EarlyRuns? = nil
    ) async throws -> JSON {
        let key = EffectTable.Key(taskID: task.id, number: task.attempt)
        // What another worker has done needs no preparation, which could fail.
        if task.leases > 1, let known = try await journal.outcome(key) { return try known.output() }
        let target = CallTarget(task.function, arguments)
        let rule = rules.first { $0.covers(target) }
        let sendsKey = rule.map { $0.effectClass == .idempotent } ?? sendsIdempotencyKeys
        let context = FunctionContext(
            callID: task.id, idempotencyKey: sendsKey ? task.id : nil, deadline: task.deadline,
            requestedAt: task.requestedAt, deferred: deferred)
        let call: PreparedCall
        do throws(FunctionError) {
            call = try await functions.prepare(
                task.function, Self.refer(to: task, arguments, rule?.reference), context)
        } catch {
            guard let fault = error.fault else { throw CancellationError() }
            throw fault
        }
        let own = EffectClass(call.effect)
        let effect = EffectTable.Opening(
            key: key, attempt: task.attempt, owner: task.owner, kind: task.function,
            effectClass: rule?.classify(own) ?? own, idempotencyKey: context.idempotencyKey ?? "", target: target.text)
        // The journal knows leases that are written.
        if effect.effectClass != .pure { try await early?.leave(task) }
        let inquiry = EffectInquiry(functions: functions).inquiry(by: rule, task, arguments, context)
        let outcome = try await journal.perform(effect, inquiry: inquiry) { try await Self.sent(call) }
        return try outcome.output()
    }

    /// Tells the other system the task's id, where a rule says in which header.
    private static func refer(to task: StoredTask, _ arguments: JSON, _ header: String?) -> JSON {
        guard let header, task.function == "http", var object = arguments.object else { return arguments }
        var headers = object["headers"]?.object ?? [:]
        headers[header] = .string(task.id)
        object["headers"] = .object(headers)
        return .object(object)
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
            return .outcome(EffectOutcome(output: try await call.run()))
        } catch {
            switch error {
            case .cancelled: throw CancellationError()
            case .fault(let fault, .nothing): return .nothing(fault)
            case .fault(let fault, .answered): return .outcome(EffectOutcome(fault: fault))
            case .fault(let fault, .unknown): return .unknown(fault)
            }
        }
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
