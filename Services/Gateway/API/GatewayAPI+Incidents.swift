import Contracts
import Core
import GatewayDomain
import HTTP
import Messaging

extension GatewayAPI {
    var incidentRoutes: [APIRoute] {
        [
            .get(
                "/v1/incidents", "List what a person has to decide, newest first",
                query: ["cursor", "limit", "status", "execution"]
            ) { request in
                try request.checkQuery(["cursor", "limit", "status", "execution"])
                let (cursor, limit) = try request.page()
                let rows = try await IncidentStore.page(
                    status: try request.choice("status", of: IncidentStore.statuses),
                    executionID: request.http.query("execution"), tenant: request.tenant, after: cursor, limit: limit,
                    on: pool)
                return page(rows, limit: limit, show: \.json) { PageCursor(time: $0.raisedAt, id: $0.id) }
            },
            .get("/v1/incidents/{id}", "One incident") { request in
                try request.checkQuery([])
                return .json(try await incident(request).json)
            },
            .post(
                "/v1/incidents/{id}/decision", "Repeat the call, say that it was done, or let the task fail",
                success: [200, 202]
            ) { request in try await decideIncident(request) },
        ]
    }

    private func decideIncident(_ request: APIRequest) async throws -> HTTPResponse {
        try request.checkQuery([])
        let body = try request.json()
        var reader = RequestReader(body)
        let decision = reader.choice("decision", of: ["retry", "done", "fail"])
        let comment = reader.text("comment", limit: 4000)
        let result = reader.value("result") ?? .null
        var faults = reader.finish()
        if decision != "done", body["result"] != nil {
            faults.append(
                RequestFault(
                    at: JSONPointer(["result"]), found: "a result", expected: "none unless the decision is done"))
        }
        let limit = CoreV1.Payload.inlineLimit
        if result.bytes().count > limit {
            faults.append(
                RequestFault(at: JSONPointer(["result"]), found: "a larger value", expected: "at most \(limit) bytes"))
        }
        guard faults.isEmpty else { throw Refusal(faults) }
        let commandID = "gateway/\(identifiers.next())"
        return try await once(request) { transaction, announcer in
            let row = try await incident(request, on: transaction.connection)
            announcer.audit(
                "incident.\(decision)", "incident", row.id, id: "\(commandID)/audit",
                ["target": .string(row.target), "comment": .string(comment)])
            if LostHistory.covers(row) {
                return try await LostHistory.acknowledge(row, decision, comment, request, transaction)
            }
            try await ReplyStore.ask(
                commandID, tenant: request.tenant, kind: "incident", now: transaction.now, on: transaction.connection)
            announcer.decideIncident(
                row, AgentsV1.IncidentDecision(text: decision) ?? .unspecified,
                result: decision == "done" ? CoreV1.Payload(json: result) : nil, comment: comment,
                commandID: commandID)
            return APIAnswer(status: 202, body: row.json)
        } settle: { answer in
            if answer.status == 200 { return answer }
            let outcome = try await Waiting.value(within: configuration.outcomeLimit, by: clock) {
                try await ReplyStore.answer(to: commandID, on: pool)
            }
            guard let outcome else { return answer }
            if let rejection = outcome["rejection"].flatMap(StoredRejection.rejection) { throw Refusal(rejection) }
            return APIAnswer(status: 200, body: try await incident(request).json)
        }
    }

    private func incident(_ request: APIRequest, on source: (any Querying)? = nil) async throws -> IncidentRow {
        let id = request.parameter("id")
        guard let row = try await IncidentStore.find(id, tenant: request.tenant, on: source ?? pool) else {
            throw Refusal.notFound("incident \(id.prefix(80))")
        }
        return row
    }
}
