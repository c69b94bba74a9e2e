import Core
import GatewayDomain
import HTTP
import Lifecycle
import Messaging

extension GatewayAPI {
    var redriveRoutes: [APIRoute] {
        [
            .post(
                "/v1/redrives", "Publish the messages of many open dead letters once more, at a rate",
                success: [202]
            ) { request in try await begin(request) },
            .get("/v1/redrives", "List redrives of many letters, newest first", query: ["cursor", "limit"]) { request in
                try request.checkQuery(["cursor", "limit"])
                let (cursor, limit) = try request.page()
                let rows = try await RedriveStore.page(tenant: request.tenant, after: cursor, limit: limit, on: pool)
                return page(rows, limit: limit, show: Self.redriveView) {
                    PageCursor(time: $0.createdAt, id: $0.id)
                }
            },
            .get("/v1/redrives/{id}", "How far a redrive is, and why it stopped") { request in
                try request.checkQuery([])
                return .json(Self.redriveView(try await redrive(request, on: pool)))
            },
            .get(
                "/v1/redrives/{id}/letters", "The letters of a redrive in their order, and what became of each",
                query: ["cursor", "limit"]
            ) { request in try await redriveLetters(request) },
            .post("/v1/redrives/{id}/stop", "End a redrive; what is published stays so", success: [200]) { request in
                try await stop(request)
            },
        ]
    }

    private func begin(_ request: APIRequest) async throws -> HTTPResponse {
        try request.checkQuery([])
        let asked: RedriveRequest
        switch RedriveRequest.read(try request.json(isOptional: true)) {
        case .success(let value): asked = value
        case .failure(let faults): throw Refusal(faults.list)
        }
        let id = identifiers.next()
        return try await once(request) { transaction, announcer in
            var row = RedriveRow(
                asked, id: id, tenant: request.tenant, actor: request.origin.actor,
                traceparent: request.origin.traceparent, now: transaction.now)
            row.total = try await RedriveStore.add(
                row, asked.filter, limit: asked.limit, prefix: outbox.topicPrefix, on: transaction.connection)
            if row.total == 0 { row.status = "done" }
            announcer.audit(
                "redrive.start", "redrive", id, id: "redrive/\(id)/audit",
                [
                    "filter": row.filter, "letters": .integer(row.total), "rate": .number(row.rate),
                    "stopAfter": .integer(Int64(row.stopAfter)), "reason": .string(row.reason),
                ])
            transaction.afterCommit { redriveBegins.wake() }
            return APIAnswer(status: 202, body: Self.redriveView(row), location: "/v1/redrives/\(id)")
        }
    }

    private func stop(_ request: APIRequest) async throws -> HTTPResponse {
        try request.checkQuery([])
        let reason = try reason(request, required: false)
        let auditID = "gateway/\(identifiers.next())/audit"
        return try await once(request) { transaction, announcer in
            let row = try await redrive(request, on: transaction.connection)
            let stop: JSON = [
                "reason": .string(reason.isEmpty ? "asked for" : reason), "actor": .string(request.origin.actor),
            ]
            let hasEnded = try await RedriveStore.end(
                row.id, status: "stopped", stop: stop, now: transaction.now, on: transaction.connection)
            guard hasEnded else {
                throw Refusal(Rejection(.conflict, .letterClosed, "The redrive is \(row.status)."))
            }
            announcer.audit("redrive.stop", "redrive", row.id, id: auditID, stop)
            return APIAnswer(
                status: 200, body: Self.redriveView(try await redrive(request, on: transaction.connection)))
        }
    }

    private func redrive(_ request: APIRequest, on source: any Querying) async throws -> RedriveRow {
        let id = request.parameter("id")
        guard let row = try await RedriveStore.find(id, tenant: request.tenant, on: source) else {
            throw Refusal.notFound("redrive \(id.prefix(80))")
        }
        return row
    }

    private func redriveLetters(_ request: APIRequest) async throws -> HTTPResponse {
        try request.checkQuery(["cursor", "limit"])
        let row = try await redrive(request, on: pool)
        let limit = try request.number("limit", in: 1...500, default: 50)
        let after = try request.number("cursor", in: 0...Int.max, default: 0)
        let items = try await RedriveStore.items(row.id, after: after, limit: limit, on: pool)
        let next = items.count == limit ? items.last?["number"]?.int.map { JSON.string(String($0)) } : nil
        return .json(["items": .array(items), "next": next ?? .null])
    }

    private static func redriveView(_ row: RedriveRow) -> JSON {
        var object: JSONObject = [
            "id": .string(row.id), "status": .string(row.status), "filter": row.filter, "rate": .number(row.rate),
            "stopAfter": .integer(Int64(row.stopAfter)), "reason": .string(row.reason), "actor": .string(row.actor),
            "letters": .integer(row.total), "sent": .integer(row.sent), "taken": .integer(row.taken),
            "died": .integer(row.died), "skipped": .integer(row.skipped), "unsettled": .integer(row.unsettled),
            "createdAt": .string(row.createdAt.description), "updatedAt": .string(row.updatedAt.description),
        ]
        object["stop"] = row.stop
        return .object(object)
    }
}
