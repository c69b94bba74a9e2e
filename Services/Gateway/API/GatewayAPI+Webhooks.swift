import Core
import GatewayDomain
import HTTP
import Messaging
import ObjectStore

extension GatewayAPI {
    var webhookRoutes: [APIRoute] {
        [
            .post("/v1/webhooks", "Add or replace a webhook", success: [200]) { request in
                try request.checkQuery([])
                return try await put(request)
            },
            .get("/v1/webhooks", "List webhooks") { request in
                try request.checkQuery([])
                let all = try await WebhookStore.all(tenant: request.tenant, on: pool)
                return .json(["items": .array(all.map(\.json)), "next": .null])
            },
            APIRoute(
                method: "DELETE", pattern: "/v1/webhooks/{name}", right: .write, summary: "Remove a webhook"
            ) { request in
                try request.checkQuery([])
                let name = request.parameter("name")
                return try await once(request) { transaction, announcer in
                    guard try await WebhookStore.delete(name, tenant: request.tenant, on: transaction.connection) else {
                        throw Refusal.notFound("webhook \(name.prefix(63))")
                    }
                    announcer.audit("webhook.remove", "webhook", name, id: "gateway/\(identifiers.next())/audit")
                    return APIAnswer(status: 200, body: ["name": .string(name)])
                }
            },
            APIRoute(
                method: "POST", pattern: "/v1/webhooks/{name}", right: nil,
                summary: "Deliver news, signed with the webhook's secret or with an API key", body: ["*/*"],
                success: [202]
            ) { request in try await receive(request) },
        ]
    }

    private func put(_ request: APIRequest) async throws -> HTTPResponse {
        let webhook: Webhook
        switch Webhook.read(try request.json()) {
        case .success(let read): webhook = read
        case .failure(let faults): throw Refusal(faults.list)
        }
        return try await once(request) { transaction, announcer in
            try await WebhookStore.put(
                webhook, tenant: request.tenant, now: transaction.now, on: transaction.connection)
            announcer.audit("webhook.put", "webhook", webhook.name, id: "gateway/\(identifiers.next())/audit")
            return APIAnswer(status: 200, body: webhook.json)
        }
    }

    /// Takes a delivery in. The sender is known by its signature or by an API key; that also tells the tenant.
    private func receive(_ nobody: APIRequest) async throws -> HTTPResponse {
        guard nobody.http.body.count <= configuration.maxJSON else {
            throw Refusal(
                413, .bodyTooLarge, "The body is too large",
                "The body is \(nobody.http.body.count) bytes; this path takes \(configuration.maxJSON).",
                "Have the sender send less.")
        }
        let (caller, webhook) = try await sender(nobody)
        let place = try await admit(caller)
        defer { place.leave() }
        let request = APIRequest(http: nobody.http, caller: caller, trace: nobody.trace, place: place)
        let delivery = request.http.headers[webhook.deliveryHeader] ?? request.http.headers["idempotency-key"]
        if let delivery, !IdempotencyDecision.isValid(key: delivery) {
            throw Refusal(
                400, .invalidKey, "The delivery's id is malformed",
                "An id is 1 to 200 printable ASCII characters without spaces.", "Send a UUID, for example.")
        }
        let id = delivery ?? identifiers.next()
        let body = try? JSON(parsing: request.http.body)
        let event = IncomingEvent(
            id: id, source: "webhooks/\(webhook.name)", type: webhook.eventType, subject: webhook.subject(of: body),
            contentType: request.mediaType.isEmpty ? "application/json" : request.mediaType, data: request.http.body)
        return try await once(request, key: delivery.map { "webhook/\(webhook.name)/\($0)" }) { _, announcer in
            announcer.forward(event)
            announcer.audit(
                "webhook.receive", "webhook", webhook.name, id: "\(event.source)/\(id)/audit",
                ["type": .string(event.type)])
            return APIAnswer(status: 202, body: ["id": .string(id), "source": .string(event.source)])
        }
    }

    private func sender(_ request: APIRequest) async throws -> (Caller, Webhook) {
        let name = request.parameter("name")
        let candidates = try await WebhookStore.named(name, on: pool)
        for (tenant, webhook) in candidates {
            guard let secret = webhook.secret, let header = request.http.headers[webhook.signatureHeader],
                let signature = Webhook.signature(header)
            else { continue }
            let expected = SHA256Digest.authenticate(request.http.body, key: Array(secret.utf8))
            if Webhook.isSame(signature, expected) {
                return (Caller(tenant: tenant, name: "webhook:\(name)", roles: []), webhook)
            }
        }
        let refusal = Refusal(
            401, .unsigned, "The delivery is not signed",
            "It carries no signature of a webhook of this name, and no API key.",
            "Sign the body with HMAC-SHA-256 and the webhook's secret, or send an API key of the tenant.")
        guard request.http.headers["authorization"] != nil || request.http.headers["x-api-key"] != nil else {
            throw refusal
        }
        let caller = try await authenticate(request.http)
        guard caller.may(.write) else {
            throw Refusal(
                403, .roleMissing, "The key may not do this", "None of the key's roles carries write.",
                "Use a key with a role that does: see the gateway's README.")
        }
        guard let found = candidates.first(where: { $0.tenant == caller.tenant })?.webhook else {
            throw Refusal.notFound("webhook \(name.prefix(63))")
        }
        // Who set a secret wants signatures.
        guard found.secret == nil else { throw refusal }
        return (caller, found)
    }
}
