import Core
import GatewayDomain
import HTTP
import Messaging

extension GatewayAPI {
    var migrationRoutes: [APIRoute] {
        [
            .post(
                "/v1/workflows/{namespace}/{name}/migrations",
                "Plan how running executions would take to another version, and take them over if asked",
                success: [200, 202]
            ) { request in try await migrate(request) },
            .get("/v1/migrations", "List migrations, newest first", query: ["cursor", "limit"]) { request in
                try request.checkQuery(["cursor", "limit"])
                let (cursor, limit) = try request.page()
                let rows = try await MigrationStore.page(tenant: request.tenant, after: cursor, limit: limit, on: pool)
                return page(rows, limit: limit, show: { .object(Self.head($0)) }) {
                    PageCursor(time: $0.createdAt, id: $0.id)
                }
            },
            .get("/v1/migrations/{id}", "One migration: how far it is, and what was found") { request in
                try request.checkQuery([])
                return .json(try await view(try await migration(request)))
            },
            .get(
                "/v1/migrations/{id}/executions", "The executions of a migration with their classes and reasons",
                query: ["cursor", "limit", "class"]
            ) { request in try await items(request) },
        ]
    }

    private func migrate(_ request: APIRequest) async throws -> HTTPResponse {
        try request.checkQuery([])
        let asked: MigrationRequest
        switch MigrationRequest.read(try request.json()) {
        case .success(let value): asked = value
        case .failure(let faults): throw Refusal(faults.list)
        }
        let (namespace, name) = (request.parameter("namespace"), request.parameter("name"))
        let mapping = JSONObject(asked.mapping.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
        let row = MigrationRow(
            id: identifiers.next(), tenant: request.tenant, namespace: namespace, name: name, from: asked.from,
            to: asked.to, mapping: .object(mapping), applies: asked.apply, actor: request.origin.actor,
            createdAt: clock.now())
        return try await once(request) { transaction, announcer in
            let versions = try await WorkflowStore.standings(
                namespace, name, for: "", tenant: request.tenant, on: transaction.connection)
            let registered = versions.filter { $0.status == "registered" }.map(\.version)
            for version in [asked.from, asked.to] where Self.meant(version, among: registered) == nil {
                throw Refusal.notFound("workflow \(namespace)/\(name):\(version)")
            }
            try await MigrationStore.add(row, on: transaction.connection)
            announcer.migrate(row, mapping: asked.mapping, batch: asked.batch)
            announcer.audit(
                asked.apply ? "workflow.migrate" : "workflow.migrate.plan", "migration", row.id,
                id: "\(row.id)/audit", ["workflow": .string("\(namespace)/\(name)"), "from": .string(asked.from)])
            return APIAnswer(
                status: 202, body: .object(Self.head(row)), location: "/v1/migrations/\(row.id)")
        } settle: { answer in
            guard let id = answer.body["id"]?.string else { return answer }
            let ended = try await Waiting.value(within: configuration.outcomeLimit, by: clock) {
                try await MigrationStore.find(id, tenant: request.tenant, on: pool).flatMap { $0.hasEnded ? $0 : nil }
            }
            guard let ended else { return answer }
            if let rejection = ended.rejection.flatMap(StoredRejection.rejection) { throw Refusal(rejection) }
            return APIAnswer(status: 200, body: try await view(ended), location: answer.location)
        }
    }

    private func items(_ request: APIRequest) async throws -> HTTPResponse {
        try request.checkQuery(["cursor", "limit", "class"])
        let row = try await migration(request)
        let limit = try request.number("limit", in: 1...500, default: 50)
        let items = try await MigrationStore.items(
            row.id, kind: try request.choice("class", of: MigrationStore.classes),
            after: request.http.query("cursor") ?? "", limit: limit, on: pool)
        let shown = items.map { item -> JSON in
            [
                "id": .string(item.executionID), "class": .string(item.kind), "findings": item.findings,
                "migrated": .bool(item.migrated),
            ]
        }
        let next = items.count == limit ? items.last.map { JSON.string($0.executionID) } : nil
        return .json(["items": .array(shown), "next": next ?? .null])
    }

    private func migration(_ request: APIRequest) async throws -> MigrationRow {
        let id = request.parameter("id")
        guard let row = try await MigrationStore.find(id, tenant: request.tenant, on: pool) else {
            throw Refusal.notFound("migration \(id.prefix(80))")
        }
        return row
    }

    /// With the mapping that would take over more of them.
    private func view(_ row: MigrationRow) async throws -> JSON {
        var object = Self.head(row)
        if row.needsMapping > 0 || row.remaining > 0 {
            object["suggestedMapping"] = try await MigrationStore.suggestions(row.id, on: pool)
        }
        return .object(object)
    }

    private static func head(_ row: MigrationRow) -> JSONObject {
        var object: JSONObject = [
            "id": .string(row.id), "status": .string(row.status),
            "workflow": ["namespace": .string(row.namespace), "name": .string(row.name)],
            "from": .string(row.from), "to": .string(row.to), "mapping": row.mapping, "apply": .bool(row.applies),
            "plan": [
                "safe": .integer(row.safe), "needsMapping": .integer(row.needsMapping),
                "impossible": .integer(row.impossible),
            ],
            "migrated": .integer(row.migrated), "remaining": .integer(row.remaining), "actor": .string(row.actor),
            "createdAt": .string(row.createdAt.description), "updatedAt": .string(row.updatedAt.description),
        ]
        if let rejection = row.rejection { object["rejection"] = rejection }
        return object
    }
}
