public import Core
import HTTP

/// Speaks with the gateway's API.
public struct GatewayClient: Sendable {
    private let url: String
    private let key: String?
    private let http: HTTPClient

    /// A client of the gateway at `url`, such as `http://127.0.0.1:18080`, with an API key.
    public init(url: String, key: String?) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.key = key
        http = HTTPClient()
    }

    /// Registers a version of a definition. Throws `ClientError`; cancelling gives up waiting.
    public func register(_ document: JSON) async throws(ClientError) -> JSON {
        try await send("POST", "/v1/workflows", document)
    }

    /// Starts an execution; nothing is started when `idempotencyKey` has started one. Throws `ClientError`.
    public func start(
        namespace: String, name: String, version: String? = nil, input: JSON, idempotencyKey: String? = nil
    ) async throws(ClientError) -> JSON {
        var body: JSONObject = ["input": input]
        body["version"] = version.map(JSON.string)
        return try await send(
            "POST", "/v1/workflows/\(Self.segment(namespace))/\(Self.segment(name))/execute", .object(body),
            headers: idempotencyKey.map { [("idempotency-key", $0)] } ?? [])
    }

    /// Where an execution stands. Throws `ClientError`.
    public func execution(_ id: String) async throws(ClientError) -> JSON {
        try await send("GET", "/v1/executions/\(Self.segment(id))")
    }

    /// What an execution waits for. Throws `ClientError`.
    public func why(_ id: String) async throws(ClientError) -> JSON {
        try await send("GET", "/v1/executions/\(Self.segment(id))/why")
    }

    /// Ends an execution. Throws `ClientError`.
    public func cancel(_ id: String, reason: String) async throws(ClientError) -> JSON {
        try await send("POST", "/v1/executions/\(Self.segment(id))/cancel", ["reason": .string(reason)])
    }

    /// The whole log of an execution, page by page. Throws `ClientError`.
    public func history(_ id: String) async throws(ClientError) -> [JSON] {
        var events: [JSON] = []
        var cursor = ""
        repeat {
            let page = try await send("GET", "/v1/executions/\(Self.segment(id))/history?limit=1000\(cursor)")
            events += page["items"]?.array ?? []
            cursor = page["next"]?.string.map { "&cursor=\($0)" } ?? ""
        } while !cursor.isEmpty
        return events
    }

    /// Sends a request to a path of the API and reads the JSON of the answer. Throws `ClientError`, also for statuses
    /// that tell of no success.
    public func send(
        _ method: String, _ path: String, _ body: JSON? = nil, headers: [(String, String)] = []
    ) async throws(ClientError) -> JSON {
        var request = HTTPClientRequest(method: method, url: url + path, body: body?.bytes())
        request.headers["accept"] = "application/json"
        if body != nil { request.headers["content-type"] = "application/json" }
        if let key { request.headers["authorization"] = "Bearer \(key)" }
        for (name, value) in headers { request.headers[name] = value }
        let response: HTTPClientResponse
        do {
            response = try await http.send(request)
        } catch {
            throw .unreachable(url: url, reason: "\(error)")
        }
        guard let json = response.body.isEmpty ? JSON.object([:]) : try? JSON(parsing: response.body) else {
            throw .malformed(status: response.status)
        }
        guard response.isSuccess else { throw .refused(status: response.status, problem: json) }
        return json
    }

    /// A name as a segment of a path.
    static func segment(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            if isPlain || "-._~:".utf8.contains(byte) { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }
}
