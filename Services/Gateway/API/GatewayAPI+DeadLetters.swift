import Core
import GatewayDomain
import HTTP
import Messaging

extension GatewayAPI {
    private static let listed = ["cursor", "limit", "state"] + LetterFilter.names

    var deadLetterRoutes: [APIRoute] {
        [
            .get(
                "/v1/dead-letters", "List messages that a service could not take, newest first", query: Self.listed
            ) { request in try await letters(request) },
            // An id holds slashes; a client sends them as %2F.
            .get("/v1/dead-letters/{id}", "One dead letter: its message, its cause, and what was done about it") {
                request in
                try request.checkQuery([])
                return .json(try await view(try await letter(request)))
            },
            .post(
                "/v1/dead-letters/{id}/check", "Tell whether its service would take the message, without publishing it",
                right: .read, success: [200]
            ) { request in try await check(request) },
            .post(
                "/v1/dead-letters/{id}/edit", "Change the message that is to be published instead", right: .mend,
                success: [200]
            ) { request in try await edit(request) },
            .post(
                "/v1/dead-letters/{id}/redrive", "Publish its message once more for the service in which it died",
                success: [200, 202]
            ) { request in try await redrive(request) },
            .post("/v1/dead-letters/{id}/discard", "Put it away for good", success: [200]) { request in
                try await discard(request)
            },
        ]
    }

    private func letters(_ request: APIRequest) async throws -> HTTPResponse {
        try request.checkQuery(Self.listed)
        let (cursor, limit) = try request.page()
        let state = try request.choice("state", of: LetterState.allCases.map(\.rawValue))
        let filter: LetterFilter
        switch LetterFilter.read({ request.http.query($0).map(JSON.string) }) {
        case .success(let value): filter = value
        case .failure(let faults):
            let fault = faults.list[0]
            throw Refusal.query("\(fault.pointer.tokens.joined()) is \(fault.found).", fault.expected)
        }
        let rows = try await DeadLetterDesk.page(
            filter, state: state.flatMap(LetterState.init(rawValue:)), prefix: outbox.topicPrefix,
            tenant: request.tenant, after: cursor, limit: limit, on: pool)
        return page(rows, limit: limit, show: { .object(head($0)) }) { PageCursor(time: $0.diedAt, id: $0.id) }
    }

    private func check(_ request: APIRequest) async throws -> HTTPResponse {
        try request.checkQuery([])
        let edit = try Self.edit(in: try request.json(isOptional: true))
        let row = try await letter(request)
        let content = try apply(edit, to: row)
        let checks = redriving.message(row, content).checks()
        return .json([
            "id": .string(row.id), "passes": .bool(checks.allSatisfy { $0.fault == nil }),
            "checks": .array(checks.map(\.json)), "changes": changes(row, content),
        ])
    }

    private func edit(_ request: APIRequest) async throws -> HTTPResponse {
        try request.checkQuery([])
        let edit = try Self.edit(in: try request.json())
        guard !edit.isEmpty else {
            throw Refusal([RequestFault(at: JSONPointer(), found: "no change", expected: "headers, body or both")])
        }
        let id = "gateway/\(identifiers.next())"
        return try await once(request) { transaction, announcer in
            var row = try await hold(request, for: .edit, transaction)
            let content = try apply(edit, to: row)
            row.edited = content == row.original ? nil : content
            let changes = changes(row, content)
            try await DeadLetterDesk.save(
                row, .edit, actor: request.origin.actor, ["changes": changes, "reason": .string(edit.reason)],
                now: transaction.now, on: transaction.connection)
            // The values stay on the desk: the audit tells who changed which place.
            let places = (changes.array ?? []).prefix(100).map { change -> JSON in
                let path = (change["path"]?.string ?? "").filter { $0 != "\0" }
                return .string("\(change["part"]?.string ?? "")\(path)")
            }
            announcer.audit(
                "dead-letter.edit", "dead-letter", row.id, id: "\(id)/audit",
                ["changed": .array(places), "reason": .string(edit.reason)])
            var object = head(row)
            object["changes"] = changes
            return APIAnswer(status: 200, body: .object(object))
        }
    }

    private func redrive(_ request: APIRequest) async throws -> HTTPResponse {
        try request.checkQuery([])
        let reason = try reason(request, required: false)
        let id = "redrive/\(identifiers.next())"
        return try await once(request) { transaction, announcer in
            let row = try await hold(request, for: .redrive, transaction)
            switch try await redriving.redrive(row, as: id, reason: reason, announcer) {
            case .done(let row): return APIAnswer(status: 202, body: .object(head(row)))
            case .refused(let rejection): throw Refusal(rejection)
            }
        } settle: { answer in
            let ended = try await Waiting.value(within: configuration.outcomeLimit, by: clock) {
                let row = try await letter(request)
                return row.state == .redriven ? nil : row
            }
            return ended.map { APIAnswer(status: 200, body: .object(head($0))) } ?? answer
        }
    }

    private func discard(_ request: APIRequest) async throws -> HTTPResponse {
        try request.checkQuery([])
        let reason = try reason(request, required: true)
        let id = "gateway/\(identifiers.next())"
        return try await once(request) { transaction, announcer in
            var row = try await hold(request, for: .discard, transaction)
            row.state = .discarded
            try await DeadLetterDesk.save(
                row, .discard, actor: request.origin.actor, ["reason": .string(reason)], now: transaction.now,
                on: transaction.connection)
            announcer.audit(
                "dead-letter.discard", "dead-letter", row.id, id: "\(id)/audit", ["reason": .string(reason)])
            return APIAnswer(status: 200, body: .object(head(row)))
        }
    }
}
