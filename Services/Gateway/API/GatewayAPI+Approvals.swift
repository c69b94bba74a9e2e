import Contracts
import Core
import GatewayDomain
import HTTP
import Messaging

extension GatewayAPI {
    var approvalRoutes: [APIRoute] {
        [
            .get(
                "/v1/approvals", "List approvals, newest first", query: ["cursor", "limit", "status", "execution"]
            ) { request in
                try request.checkQuery(["cursor", "limit", "status", "execution"])
                let (cursor, limit) = try request.page()
                let rows = try await ApprovalStore.page(
                    status: try request.choice("status", of: ApprovalStore.statuses),
                    executionID: request.http.query("execution"), tenant: request.tenant, after: cursor, limit: limit,
                    on: pool)
                return page(rows, limit: limit, show: { .object(Self.head($0)) }) {
                    PageCursor(time: $0.requestedAt, id: $0.id)
                }
            },
            .get("/v1/approvals/{id}", "One approval with what is to be approved") { request in
                try request.checkQuery([])
                return .json(await view(try await approval(request)))
            },
            .post(
                "/v1/approvals/{id}/decision", "Approve or reject", right: .approve, success: [200, 202]
            ) { request in try await decide(request) },
        ]
    }

    private func decide(_ request: APIRequest) async throws -> HTTPResponse {
        try request.checkQuery([])
        var reader = RequestReader(try request.json())
        let decision = reader.choice("decision", of: ["approve", "reject"])
        let comment = reader.text("comment", limit: 4000)
        let faults = reader.finish()
        guard faults.isEmpty else { throw Refusal(faults) }
        let commandID = "gateway/\(identifiers.next())"
        return try await once(request) { transaction, announcer in
            let row = try await approval(request, on: transaction.connection)
            guard row.status == "pending" else { throw Self.closed(row) }
            try await ReplyStore.ask(
                commandID, tenant: request.tenant, kind: "decision", now: transaction.now, on: transaction.connection)
            announcer.decide(
                row.id, decision == "approve" ? .approved : .rejected, comment: comment, commandID: commandID)
            announcer.audit(
                "approval.\(decision)", "approval", row.id, id: "\(commandID)/audit",
                ["subjectDigest": .string(row.subjectDigest)])
            return APIAnswer(status: 202, body: .object(Self.head(row)))
        } settle: { answer in
            let outcome = try await Waiting.value(within: configuration.outcomeLimit, by: clock) {
                try await ReplyStore.answer(to: commandID, on: pool)
            }
            guard let outcome else { return answer }
            if let rejection = outcome["rejection"].flatMap(StoredRejection.rejection) { throw Refusal(rejection) }
            return APIAnswer(status: 200, body: .object(Self.head(try await approval(request))))
        }
    }

    private func approval(_ request: APIRequest, on source: (any Querying)? = nil) async throws -> ApprovalRow {
        let id = request.parameter("id")
        guard let row = try await ApprovalStore.find(id, tenant: request.tenant, on: source ?? pool) else {
            throw Refusal.notFound("approval \(id.prefix(80))")
        }
        return row
    }

    private static func closed(_ row: ApprovalRow) -> Refusal {
        Refusal(
            409, .approvalClosed, "The approval is closed", "It is \(row.status).",
            "See who decided with GET /v1/approvals/\(row.id).")
    }

    private func view(_ row: ApprovalRow) async -> JSON {
        var object = Self.head(row)
        object["subject"] = await shown(row.subject)
        object["subjectDigest"] = .string(row.subjectDigest)
        object["approvers"] = .array(row.approvers.map { .string($0) })
        object["checklist"] = .array(row.checklist.map { .string($0) })
        object["decisions"] = .array(row.decisions)
        return .object(object)
    }

    private static func head(_ row: ApprovalRow) -> JSONObject {
        var object: JSONObject = [
            "id": .string(row.id), "executionId": .string(row.executionID), "task": .string(row.task),
            "title": .string(row.title), "status": .string(row.status), "quorum": .integer(Int64(row.quorum)),
            "requestedAt": .string(row.requestedAt.description),
        ]
        if let due = row.dueAt { object["dueAt"] = .string(due.description) }
        if let closed = row.closedAt { object["closedAt"] = .string(closed.description) }
        if let actor = row.actor { object["actor"] = .string(actor) }
        if let comment = row.comment { object["comment"] = .string(comment) }
        return object
    }
}
