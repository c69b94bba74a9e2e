import AgentWorkerDomain
import Configuration
import Core
import HTTP

/// Asks the language model.
struct ModelClient: Sendable {
    let client: ResilientClient
    let configuration: ModelConfiguration

    /// The body of a request.
    func body(_ request: AgentRequest, _ messages: [ChatMessage]) -> JSON {
        var body: JSONObject = [
            "model": .string(request.model ?? configuration.model), "messages": .array(messages.map(\.json)),
            "temperature": 0,
        ]
        if request.outputSchema != nil { body["response_format"] = ["type": "json_object"] }
        return .object(body)
    }

    /// Sends one. An answer that cannot be read is no outcome: a later attempt asks again.
    func send(_ body: JSON, idempotencyKey: String) async throws -> EffectJournal.Sent {
        var headers: HTTPHeaders = ["content-type": "application/json", "idempotency-key": idempotencyKey]
        if let key = configuration.apiKey { headers["authorization"] = "Bearer \(key.reveal())" }
        let request = HTTPClientRequest(
            method: "POST", url: configuration.completions, headers: headers, body: body.bytes(),
            timeout: configuration.timeout)
        let outcome: EffectOutcome
        do throws(HTTPClientError) { outcome = EffectOutcome(try await client.send(request)) } catch {
            if error.kind == .cancelled { throw CancellationError() }
            let status = error.isTimeout ? 504 : 502
            let fault = Fault(.communication, .modelFailed, "the model cannot be asked: \(error)", status: status)
            return error.wasNotSent ? .nothing(fault) : .unknown(fault)
        }
        do throws(Fault) { _ = try ModelReply(outcome) } catch { return .nothing(error) }
        return .outcome(outcome)
    }
}
