public import Core

extension GatewayClient {
    /// What a person has to decide, page by page; with `status` only those. Throws `ClientError`.
    public func incidents(status: String? = nil) async throws(ClientError) -> [JSON] {
        var items: [JSON] = []
        var query = status.map { "&status=\(Self.segment($0))" } ?? ""
        while true {
            let page = try await send("GET", "/v1/incidents?limit=500\(query)")
            items += page["items"]?.array ?? []
            guard let next = page["next"]?.string else { return items }
            query = (status.map { "&status=\(Self.segment($0))" } ?? "") + "&cursor=\(Self.segment(next))"
        }
    }

    /// One incident. Throws `ClientError`.
    public func incident(_ id: String) async throws(ClientError) -> JSON {
        try await send("GET", "/v1/incidents/\(Self.segment(id))")
    }

    /// Decides `retry`, `done` (with a result) or `fail`. Throws `ClientError`.
    public func decideIncident(
        _ id: String, _ decision: String, result: JSON?, comment: String
    ) async throws(ClientError) -> JSON {
        var body: JSONObject = ["decision": .string(decision), "comment": .string(comment)]
        body["result"] = result
        return try await send("POST", "/v1/incidents/\(Self.segment(id))/decision", .object(body))
    }
}
