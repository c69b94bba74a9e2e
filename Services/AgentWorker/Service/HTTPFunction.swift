import AgentWorkerDomain
import Core
import HTTP

/// The function `http`.
struct HTTPFunction: Sendable {
    let client: ResilientClient
    let journal: EffectJournal
    let configuration: AgentWorkerConfiguration
    let clock: any WallClock

    /// The output. The key is the task's, not the attempt's: a server that honours it does the work once, whatever
    /// happens. Throws a fault, or what may pass.
    func run(_ task: StoredTask, _ arguments: JSON) async throws -> JSON {
        let call = try HTTPCall(arguments, idempotencyKey: configuration.sendsIdempotencyKeys ? task.id : nil)
        let effect = EffectTable.Opening(
            key: .init(taskID: task.id, number: task.attempt), kind: "http", effectClass: call.effectClass,
            idempotencyKey: call.header("idempotency-key") ?? "")
        let outcome = try await journal.perform(effect) { try await send(call, timeout: timeout(task)) }
        return try call.result(outcome)
    }

    private func timeout(_ task: StoredTask) -> Duration {
        guard let deadline = task.deadline else { return configuration.httpTimeout }
        return max(.milliseconds(1), min(configuration.httpTimeout, deadline - clock.now()))
    }

    private func send(_ call: HTTPCall, timeout: Duration) async throws -> EffectJournal.Sent {
        let request = HTTPClientRequest(
            method: call.method, url: call.url, headers: HTTPHeaders(call.headers.map { ($0.name, $0.value) }),
            body: call.body, timeout: timeout)
        do throws(HTTPClientError) {
            return .outcome(EffectOutcome(try await client.send(request)))
        } catch {
            if error.kind == .cancelled { throw CancellationError() }
            let fault = Self.fault(call.method, error)
            let isKnown = error.wasNotSent || error.kind == .invalidURL || error.kind == .egressRefused
            return isKnown ? .nothing(fault) : .unknown(fault)
        }
    }

    private static func fault(_ method: String, _ error: HTTPClientError) -> Fault {
        switch error.kind {
        case .invalidURL: Fault(.configuration, .badArguments, "endpoint: the URI cannot be read")
        case .egressRefused: Fault(.authorization, .callFailed, "the host \(error.host ?? "") may not be called")
        case .timedOut: Fault(.communication, .callFailed, "\(method) was not answered in time", status: 504)
        default: Fault(.communication, .callFailed, "\(method) failed: \(error)", status: 502)
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
