import Core
import GatewayDomain
import HTTP

extension GatewayAPI {
    var deadLetterRoutes: [APIRoute] {
        [
            .get(
                "/v1/dead-letters", "List messages that no service could take", query: ["cursor", "limit", "service"]
            ) { request in
                try request.checkQuery(["cursor", "limit", "service"])
                let (cursor, limit) = try request.page()
                let rows = try await DeadLetterDesk.page(
                    service: request.http.query("service"), tenant: request.tenant, after: cursor, limit: limit,
                    on: pool)
                return page(rows, limit: limit, show: { .object(Self.head($0)) }) {
                    PageCursor(time: $0.diedAt, id: $0.id)
                }
            },
            // An id holds slashes; a client sends them as %2F.
            .get("/v1/dead-letters/{id}", "One dead letter with its message") { request in
                try request.checkQuery([])
                let id = request.parameter("id")
                guard let row = try await DeadLetterDesk.find(id, tenant: request.tenant, on: pool) else {
                    throw Refusal.notFound("dead letter \(id.prefix(80))")
                }
                var object = Self.head(row)
                object["key"] = .string(String(decoding: row.key, as: UTF8.self))
                object["headers"] = row.headers
                object["value"] = .string(Base64.text(row.value))
                return .json(.object(object))
            },
        ]
    }

    private static func head(_ row: DeadLetterDesk.Row) -> JSONObject {
        [
            "id": .string(row.id), "service": .string(row.service), "topic": .string(row.topic),
            "partition": .integer(Int64(row.partition)), "offset": .integer(row.offset), "code": .string(row.code),
            "cause": .string(row.cause), "attempts": .integer(Int64(row.attempts)),
            "diedAt": .string(row.diedAt.description),
        ]
    }
}
