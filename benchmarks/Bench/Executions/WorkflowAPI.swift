import Core
import HTTP

/// The few requests that the benchmark makes, as any client would.
struct WorkflowAPI: Sendable {
    private let client: HTTPClient
    private let places: Places

    /// `clients` is how many requests may be under way.
    init(_ places: Places, clients: Int) {
        var configuration = HTTPClientConfiguration()
        configuration.maxConnectionsPerHost = clients
        client = HTTPClient(configuration)
        self.places = places
    }

    func close() { client.close() }

    /// Registers the workflow and waits until executions may be started. Throws `BenchError`.
    func register(_ workflow: BenchWorkflow) async throws {
        let answer = try await post("/v1/workflows", workflow.document)
        guard [200, 201, 202].contains(answer.status) else { throw Self.refused("registering the workflow", answer) }
        let clock = SystemClock()
        let path = "/v1/workflows/\(BenchWorkflow.namespace)/\(workflow.name)"
        for _ in 0..<300 {
            let shown = try await send("GET", path, nil)
            let versions = (try? JSON(parsing: shown.body))?["versions"]?.array ?? []
            if versions.contains(where: { $0["status"]?.string == "registered" }) { return }
            try await clock.sleep(until: clock.now() + .milliseconds(100))
        }
        throw BenchError("the workflow was not registered within 30 s")
    }

    /// Starts an execution and gives its id. Throws `BenchError`.
    func execute(_ workflow: BenchWorkflow, number: Int) async throws -> String {
        let path = "/v1/workflows/\(BenchWorkflow.namespace)/\(workflow.name)/execute"
        let key = workflow.key(number)
        let input: JSON = ["number": .integer(Int64(number)), "key": .string(key)]
        let answer = try await post(path, ["input": input], key: key)
        guard answer.status == 202, let id = (try? JSON(parsing: answer.body))?["id"]?.string else {
            throw Self.refused("starting an execution", answer)
        }
        return id
    }

    /// Reads an execution. Throws `BenchError`.
    func read(_ id: String) async throws {
        let answer = try await send("GET", "/v1/executions/\(id)", nil)
        guard answer.status == 200 else { throw Self.refused("reading an execution", answer) }
    }

    /// Registers a webhook. Throws `BenchError`.
    func registerWebhook(_ name: String, eventType: String) async throws {
        let answer = try await post("/v1/webhooks", ["name": .string(name), "eventType": .string(eventType)])
        guard [200, 201].contains(answer.status) else { throw Self.refused("registering a webhook", answer) }
    }

    /// Delivers to a webhook. Throws `BenchError`.
    func deliver(_ name: String, number: Int) async throws {
        let answer = try await post(
            "/v1/webhooks/\(name)", ["number": .integer(Int64(number))], key: "\(name)-\(number)")
        guard answer.status == 202 else { throw Self.refused("delivering to a webhook", answer) }
    }

    private func post(_ path: String, _ body: JSON, key: String? = nil) async throws -> HTTPClientResponse {
        try await send("POST", path, body.bytes(), key: key)
    }

    private func send(
        _ method: String, _ path: String, _ body: [UInt8]?, key: String? = nil
    ) async throws -> HTTPClientResponse {
        var headers: HTTPHeaders = ["authorization": "Bearer \(places.apiKey)"]
        if body != nil { headers["content-type"] = "application/json" }
        if let key { headers["idempotency-key"] = key }
        return try await client.send(
            HTTPClientRequest(method: method, url: places.api + path, headers: headers, body: body))
    }

    private static func refused(_ what: String, _ answer: HTTPClientResponse) -> BenchError {
        BenchError("\(what) was answered by \(answer.status): \(answer.text.prefix(400))")
    }
}
