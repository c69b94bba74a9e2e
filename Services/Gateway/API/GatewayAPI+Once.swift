import Core
import GatewayDomain
import HTTP
import Messaging
import ObjectStore
import Postgres

/// A successful answer before it becomes an HTTP response, so that it can be kept under an idempotency key.
struct APIAnswer: Sendable {
    var status: Int
    var body: JSON
    var location: String?

    var response: HTTPResponse {
        var response = HTTPResponse.json(body, status: status)
        response.headers["location"] = location
        return response
    }
}

extension GatewayAPI {
    private enum Outcome: Sendable {
        case done(APIAnswer)
        case replayed(IdempotencyDecision.StoredAnswer)
    }

    /// Does a write in one transaction: rows, messages, and the answer under its idempotency key, if there is one. The
    /// same key again gives the same answer and does nothing. `settle` may wait for what comes of it and answer better.
    func once(
        _ request: APIRequest, key given: String? = nil,
        _ write: (MessageTransaction, Announcer) async throws -> APIAnswer,
        settle: (APIAnswer) async throws -> APIAnswer = { $0 }
    ) async throws -> HTTPResponse {
        let key = try given ?? idempotencyKey(request)
        let outcome = try await gate.pass(request.tenant) { try await store(request, key, write) }
        switch outcome {
        case .replayed(let stored): return Self.replay(stored)
        case .done(let answer):
            request.place?.leave()
            let settled = try await settle(answer)
            if let key, settled.body != answer.body || settled.status != answer.status {
                try await pool.transaction { connection in
                    try await IdempotencyStore.keep(
                        key, tenant: request.tenant, status: settled.status, body: settled.body.bytes(), on: connection)
                }
            }
            return settled.response
        }
    }

    /// The answer that a request was given before.
    static func replay(_ stored: IdempotencyDecision.StoredAnswer) -> HTTPResponse {
        HTTPResponse(
            status: stored.status, headers: ["content-type": "application/json", "idempotency-replayed": "true"],
            body: .bytes(stored.body))
    }

    /// The transaction of a write.
    private func store(
        _ request: APIRequest, _ key: String?, _ write: (MessageTransaction, Announcer) async throws -> APIAnswer
    ) async throws -> Outcome {
        try await outbox.transaction { transaction in
            transaction.willPublish()
            if let key {
                switch try await IdempotencyStore.claim(
                    key, tenant: request.tenant, requestDigest: request.digest, now: transaction.now,
                    on: transaction.connection)
                {
                case .proceed: break
                case .replay(let answer): return Outcome.replayed(answer)
                case .mismatch: throw Refusal.keyReused
                }
            }
            let answer = try await write(transaction, Announcer(transaction: transaction, origin: request.origin))
            if let key {
                try await IdempotencyStore.keep(
                    key, tenant: request.tenant, status: answer.status, body: answer.body.bytes(),
                    on: transaction.connection)
            }
            return Outcome.done(answer)
        }
    }

    /// The request's key, if it carries one.
    func idempotencyKey(_ request: APIRequest) throws(Refusal) -> String? {
        guard let key = request.http.headers["idempotency-key"] else { return nil }
        guard IdempotencyDecision.isValid(key: key) else {
            throw Refusal(
                400, .invalidKey, "The idempotency key is malformed",
                "A key is 1 to 200 printable ASCII characters without spaces.", "Send a UUID, for example.")
        }
        return key
    }

    /// One page of a list: the next cursor only when the page is full, so that the last page says so.
    func page<Row>(
        _ rows: [Row], limit: Int, show: (Row) -> JSON, cursor: (Row) -> PageCursor
    ) -> HTTPResponse {
        let next = rows.count == limit ? rows.last.map { JSON.string(cursor($0).text) } : nil
        return .json(["items": .array(rows.map(show)), "next": next ?? .null])
    }

    /// A value that a row keeps in line or by digest; what cannot be fetched is shown as its reference.
    func shown(_ stored: JSON?) async -> JSON {
        guard let stored else { return .null }
        if let value = stored["value"] { return value }
        guard let digest = StoredPayload.digest(stored), let bytes = try? await objects.get(digest),
            let value = try? JSON(parsing: bytes)
        else { return stored }
        return value
    }
}
