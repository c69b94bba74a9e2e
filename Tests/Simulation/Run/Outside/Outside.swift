import Core
import HTTP

/// The servers outside: one that takes payments and knows keys, one that sends e-mails and knows none, one to read
/// from, one that refuses, and a model.
///
/// Unchecked because all of it happens on the scheduler's thread.
final class Outside: @unchecked Sendable {
    let scheduler: Scheduler
    let sins: Sins
    let broker: SimulatedBroker
    /// The keys under which each step was charged.
    private(set) var charges: [String: Set<String>] = [:]
    /// How often each e-mail was sent.
    private(set) var mails: [String: Int] = [:]
    /// The model's answers, by key: how often they were given, and how often after the asker had one on record.
    private(set) var answers: [String: Int] = [:]
    private(set) var needless: [String] = []
    /// The steps of the tasks that e-mails were sent for.
    private var steps: [String: String] = [:]
    /// Whether the journal has an answer to what is asked under this key.
    var isOnRecord: (String) -> Bool = { _ in false }

    init(_ scheduler: Scheduler, _ sins: Sins, _ broker: SimulatedBroker) {
        (self.scheduler, self.sins, self.broker) = (scheduler, sins, broker)
    }

    static func value(of name: String) -> String { "v\(stableHash(name) % 1000)" }
    static func receipt(for step: String) -> String { "r\(stableHash(step) % 100_000)" }
    static func sent(_ step: String) -> String { "m\(stableHash(step) % 100_000)" }
    static func answer(to prompt: String) -> String { "a\(stableHash(prompt) % 100_000)" }

    /// The step whose e-mail was sent for a task; empty when none was.
    func step(ofTask id: String) -> String { steps[id] ?? "" }

    /// Answers a request of a process, or does not. What has left a process arrives, whatever becomes of the process.
    func answer(
        _ request: HTTPClientRequest, from process: String
    ) async -> Result<HTTPClientResponse, HTTPClientError> {
        let way = Task(executorPreference: Incarnation.nobody) { await self.travel(request, from: process) }
        return await withTaskCancellationHandler {
            await way.value
        } onCancel: {
            way.cancel()
        }
    }

    private func travel(
        _ request: HTTPClientRequest, from process: String
    ) async -> Result<HTTPClientResponse, HTTPClientError> {
        let place = String(request.url.split(separator: "/")[1])
        await broker.pass(.microseconds(200 + scheduler.below(20_000)))
        // Its refusal is an answer that definitions count on.
        if place == "refuse.test" { return .success(HTTPClientResponse(status: 402)) }
        if sins.strikes(.unreachable, at: place) { return .failure(HTTPClientError(.cannotConnect, host: place)) }
        if sins.strikes(.serverError, at: place) { return .success(HTTPClientResponse(status: 503)) }
        if sins.strikes(.slowAnswer, at: place) { await broker.pass(.milliseconds(scheduler.below(20_000))) }
        if Task.isCancelled { return .failure(HTTPClientError(.cancelled, host: place)) }
        scheduler.note("\(process) \(request.method) \(request.url)")
        let response = serve(place, request, from: process)
        if sins.strikes(.lostAnswer, at: place) {
            await broker.pass(request.timeout)
            return .failure(HTTPClientError(Task.isCancelled ? .cancelled : .timedOut, host: place))
        }
        await broker.pass(.microseconds(200 + scheduler.below(20_000)))
        if Task.isCancelled { return .failure(HTTPClientError(.cancelled, host: place)) }
        if place == "model.test", sins.strikes(.malformedAnswer, at: place) { return Self.json(["choices": "none"]) }
        return response
    }

    private func serve(
        _ place: String, _ request: HTTPClientRequest, from process: String
    ) -> Result<HTTPClientResponse, HTTPClientError> {
        let body = (try? JSON(parsing: request.body ?? [])) ?? .null
        let step = body["step"]?.string ?? ""
        let key = request.headers["idempotency-key"] ?? ""
        switch place {
        case "pay.test":
            charges[step, default: []].insert(key.isEmpty ? "none \(scheduler.steps)" : key)
            return Self.json(["receipt": .string(Self.receipt(for: step))])
        case "mail.test":
            mails[step, default: 0] += 1
            steps[request.headers["x-reference"] ?? ""] = step
            return Self.json(["sent": .string(Self.sent(step))])
        case "look.test":
            return Self.json(["value": .string(Self.value(of: String(request.url.split(separator: "/")[2])))])
        case "model.test":
            if isOnRecord(key) { needless.append("\(key) by \(process)") }
            answers[key, default: 0] += 1
            let prompt = body["messages"]?.array?.last?["content"]?.string ?? ""
            return Self.json([
                "choices": [["message": ["role": "assistant", "content": .string(Self.answer(to: prompt))]]],
                "usage": ["prompt_tokens": 3, "completion_tokens": 2],
            ])
        default: return .success(HTTPClientResponse(status: 402))
        }
    }

    private static func json(_ value: JSON) -> Result<HTTPClientResponse, HTTPClientError> {
        .success(
            HTTPClientResponse(status: 200, headers: ["content-type": "application/json"], body: value.bytes()))
    }
}
