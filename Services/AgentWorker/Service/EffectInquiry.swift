import AgentWorkerDomain
import Core
import Functions

/// Asks other systems whether what nobody knows the outcome of was carried out, as the operator's rules say.
struct EffectInquiry: Sendable {
    /// Leases of an attempt after which a system that does not answer is not asked any more.
    private static let patience = 10

    let functions: FunctionTable

    /// How to ask as `rule` says. `arguments` are those of the call: the same credentials and form of output are used.
    func inquiry(
        by rule: EffectRule?, _ task: StoredTask, _ arguments: JSON, _ context: FunctionContext
    ) -> EffectJournal.Inquiry {
        guard let rule, let inquiry = rule.inquiry else { return .init() }
        return .init(settle: rule.settle, undoes: inquiry.undoes) { _ in
            try await ask(inquiry, task, arguments, context)
        }
    }

    /// What the system says. Throws `Postponement` when it is out of reach.
    private func ask(
        _ inquiry: EffectRule.Inquiry, _ task: StoredTask, _ arguments: JSON, _ context: FunctionContext
    ) async throws -> EffectJournal.Finding {
        var context = context
        context.idempotencyKey = nil
        do throws(FunctionError) {
            let call = try await functions.prepare("http", Self.arguments(inquiry, task.id, arguments), context)
            let output = try await call.run()
            if inquiry.undoes { return .undone }
            return .done(EffectOutcome(output: output))
        } catch {
            guard let fault = error.fault else { throw CancellationError() }
            if case .fault(_, .answered) = error, [404, 410].contains(fault.status) { return .notDone }
            if fault.status >= 500, task.leases < Self.patience {
                throw Postponement(pause: .seconds(1 << min(task.leases, 5)))
            }
            return .unclear("asked, the other system gave \(fault.status)")
        }
    }

    private static func arguments(_ inquiry: EffectRule.Inquiry, _ key: String, _ arguments: JSON) -> JSON {
        let (method, pattern) =
            switch inquiry {
            case .lookup(let uri): ("get", uri)
            case .undo(let uri): ("delete", uri)
            }
        let named = key.utf8.map { byte -> String in
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            if isPlain || "-._~".utf8.contains(byte) { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
        let parts = pattern.split(separator: "{key}", omittingEmptySubsequences: false)
        var endpoint: JSONObject = ["uri": .string(parts.joined(separator: named))]
        endpoint["authentication"] = arguments["endpoint"]?["authentication"]
        var request: JSONObject = ["method": .string(method), "endpoint": .object(endpoint)]
        if case .lookup = inquiry { request["output"] = arguments["output"] }
        return .object(request)
    }
}
