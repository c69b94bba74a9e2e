public import Core

extension GatewayClient {
    /// Asks how running executions of `from` would take to `to`; with `apply` those that can be are taken over. Throws
    /// `ClientError`.
    public func migrate(
        namespace: String, name: String, from: String, to: String, mapping: [String: String], apply: Bool, batch: Int
    ) async throws(ClientError) -> JSON {
        let members = JSONObject(mapping.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
        return try await send(
            "POST", "/v1/workflows/\(Self.segment(namespace))/\(Self.segment(name))/migrations",
            [
                "from": .string(from), "to": .string(to), "mapping": .object(members), "apply": .bool(apply),
                "batch": .integer(Int64(batch)),
            ])
    }

    /// How far a migration is. Throws `ClientError`.
    public func migration(_ id: String) async throws(ClientError) -> JSON {
        try await send("GET", "/v1/migrations/\(Self.segment(id))")
    }

    /// All executions of a migration with their classes and reasons, page by page. Throws `ClientError`.
    public func migrationExecutions(_ id: String) async throws(ClientError) -> [JSON] {
        var items: [JSON] = []
        var cursor = ""
        repeat {
            let page = try await send("GET", "/v1/migrations/\(Self.segment(id))/executions?limit=500\(cursor)")
            items += page["items"]?.array ?? []
            cursor = page["next"]?.string.map { "&cursor=\(Self.segment($0))" } ?? ""
        } while !cursor.isEmpty
        return items
    }
}
