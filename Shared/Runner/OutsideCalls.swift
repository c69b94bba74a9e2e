import Core
import Engine
import Expressions
public import Functions

/// The real functions of the DSL, for runners: calls go out to their servers.
public struct OutsideCalls: CallPerformer {
    private let table: FunctionTable
    private let hosts: [(from: String, to: String)]
    private let keepsDeadlines: Bool

    /// The functions of `table`. `hosts` maps the beginnings of URIs that definitions write to those that are called in
    /// their place, such as `https://api.example` to `http://127.0.0.1:8080`. Deadlines are of use in real time only.
    public init(_ table: FunctionTable, hosts: [String: String] = [:], keepsDeadlines: Bool = true) {
        self.table = table
        self.hosts = hosts.sorted { $0.key > $1.key }.map { ($0.key, $0.value) }
        self.keepsDeadlines = keepsDeadlines
    }

    /// What the function gives.
    public func perform(_ call: FunctionCall) async -> FunctionAnswer {
        let context = FunctionContext(
            callID: call.taskID, idempotencyKey: call.taskID,
            deadline: keepsDeadlines ? call.request.deadline : nil,
            requestedAt: keepsDeadlines ? call.now : nil, deferred: call.request.deferred ?? DeferredExpressions())
        do {
            let output = try await table.run(call.request.function, mapped(call.request.arguments), context)
            return FunctionAnswer(.output(output))
        } catch {
            guard let fault = error.fault else { return FunctionAnswer(.silence) }
            return FunctionAnswer(.fault(fault))
        }
    }

    /// The arguments with the hosts mapped, wherever a URI stands.
    private func mapped(_ value: JSON) -> JSON {
        guard !hosts.isEmpty else { return value }
        switch value {
        case .string(let text):
            for (from, to) in hosts where text.hasPrefix(from) { return .string(to + text.dropFirst(from.count)) }
            return value
        case .array(let elements): return .array(elements.map(mapped))
        case .object(let object): return .object(JSONObject(object.map { ($0.key, mapped($0.value)) }))
        default: return value
        }
    }
}
