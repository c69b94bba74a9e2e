public import Core

extension GatewayClient {
    /// The dead letters to which the parameters apply, the newest first, `limit` at most. Throws `ClientError`.
    public func letters(_ parameters: [(String, String)], limit: Int) async throws(ClientError) -> [JSON] {
        var query = ""
        for (name, value) in parameters { query += "&\(name)=\(Self.segment(value))" }
        var letters: [JSON] = []
        var cursor = ""
        repeat {
            let size = min(500, limit - letters.count)
            let page = try await send("GET", "/v1/dead-letters?limit=\(size)\(query)\(cursor)")
            letters += page["items"]?.array ?? []
            cursor = page["next"]?.string.map { "&cursor=\(Self.segment($0))" } ?? ""
        } while !cursor.isEmpty && letters.count < limit
        return letters
    }

    /// One dead letter with its message and its history. Throws `ClientError`.
    public func letter(_ id: String) async throws(ClientError) -> JSON {
        try await send("GET", "/v1/dead-letters/\(Self.segment(id))")
    }

    /// Does `step` (`check`, `edit`, `redrive` or `discard`) to a dead letter. Throws `ClientError`.
    public func letter(_ id: String, _ step: String, _ body: JSON) async throws(ClientError) -> JSON {
        try await send("POST", "/v1/dead-letters/\(Self.segment(id))/\(step)", body)
    }

    /// Begins to redrive many dead letters. Throws `ClientError`.
    public func redrive(_ body: JSON) async throws(ClientError) -> JSON {
        try await send("POST", "/v1/redrives", body)
    }

    /// How far a redrive is. Throws `ClientError`.
    public func redrive(_ id: String) async throws(ClientError) -> JSON {
        try await send("GET", "/v1/redrives/\(Self.segment(id))")
    }
}
