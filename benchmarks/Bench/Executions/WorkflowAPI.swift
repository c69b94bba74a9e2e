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
    func register(_ workflow: StepWorkflow) async throws {
        let answer = try await post("/v1/workflows", workflow.document)
        guard [200, 201, 202].contains(answer.status) else { throw Self.refused("registering the workflow", answer) }
        let clock = SystemClock()
        let path = "/v1/workflows/\(StepWorkflow.namespace)/\(workflow.name)"
        for _ in 0..<300 {
            let shown = try await send("GET", path, nil)
            let versions = (try? JSON(parsing: shown.body))?["versions"]?.array ?? []
            if versions.contains(where: { $0["status"]?.string == "registered" }) { return }
            try await clock.sleep(until: clock.now() + .milliseconds(100))
        }
        throw BenchError("the workflow was not registered within 30 s")
    }

    /// Starts an execution and gives its id. Throws `BenchError`.
    func execute(_ workflow: StepWorkflow, number: Int) async throws -> String {
        let path = "/v1/workflows/\(StepWorkflow.namespace)/\(workflow.name)/execute"
        let answer = try await post(
            path, ["input": ["number": .integer(Int64(number))]], key: "\(workflow.name)-\(number)")
        guard answer.status == 202, let id = (try? JSON(parsing: answer.body))?["id"]?.string else {
            throw Self.refused("starting an execution", answer)
        }
        return id
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
