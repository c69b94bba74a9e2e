import Core
import HTTP
import Messaging
import ObjectStore
import TestKit
import Testing

@testable import Gateway

@Suite("Webhooks", .timeLimit(.minutes(5)))
struct WebhookTests {
    static let secret = "a secret of sixteen"

    static func sign(_ body: String, _ secret: String = secret) -> String {
        let digest = SHA256Digest.authenticate(Array(body.utf8), key: Array(secret.utf8))
        return "sha256=" + digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func deliver(
        _ gateway: Installation, _ body: String, to name: String = "repository", headers: HTTPHeaders = [:],
        key: String? = nil
    ) async throws -> (status: Int, json: JSON, headers: HTTPHeaders) {
        try await gateway.ask(
            "POST", "/v1/webhooks/\(name)", body: Array(body.utf8), key: key, headers: headers)
    }

    @Test func `a signed delivery becomes a CloudEvent of its tenant, once`() async throws {
        try await withGateway { gateway in
            let settings: JSON = [
                "name": "repository", "secret": .string(Self.secret), "eventType": "com.example.push",
                "subject": "/branch/name",
            ]
            let made = try await gateway.post("/v1/webhooks", settings)
            #expect(made.status == 200 && made.json["signed"] == true && made.json["secret"] == nil)
            // Another tenant may use the name: the signature tells which is meant.
            let other: JSON = [
                "name": "repository", "secret": "another secret of theirs", "eventType": "com.example.other",
            ]
            #expect(try await gateway.post("/v1/webhooks", other, key: "key-of-another").status == 200)
            let body = #"{"branch":{"name":"main"}}"#
            var headers: HTTPHeaders = ["x-hub-signature-256": Self.sign(body), "x-github-delivery": "d1"]
            let first = try await Self.deliver(gateway, body, headers: headers)
            #expect(first.status == 202 && first.json["id"] == "d1")
            let again = try await Self.deliver(gateway, body, headers: headers)
            #expect(again.status == 202 && again.headers["idempotency-replayed"] == "true")
            headers["x-hub-signature-256"] = Self.sign(body, "another secret of theirs")
            #expect(try await Self.deliver(gateway, body, headers: headers).status == 202)
            try await eventually("both events") {
                ["com.example.push", "com.example.other"].allSatisfy { gateway.backstage.all($0).count == 1 }
            }
            let mine = try #require(gateway.backstage.all("com.example.push").first)
            #expect(mine.envelope.tenant == "demo" && mine.envelope.subject == "main")
            #expect(mine.envelope.source == "webhooks/repository" && mine.envelope.id == "d1")
            #expect(mine.body == Array(body.utf8) && mine.contentType == "application/json")
            #expect(gateway.backstage.all("com.example.other").first?.envelope.tenant == "other")
        }
    }

    @Test func `without signature or key nothing is taken`() async throws {
        try await withGateway { gateway in
            let signed: JSON = ["name": "signed", "secret": .string(Self.secret), "eventType": "a"]
            let open: JSON = ["name": "keyed", "eventType": "a"]
            for settings in [signed, open] { #expect(try await gateway.post("/v1/webhooks", settings).status == 200) }
            let bad: [(name: String, headers: HTTPHeaders, key: String?, status: Int, code: String)] = [
                ("signed", [:], nil, 401, "GW0022"), ("keyed", [:], nil, 401, "GW0022"),
                ("nothing", [:], nil, 401, "GW0022"),
                ("signed", ["x-hub-signature-256": Self.sign("{} ")], nil, 401, "GW0022"),
                ("signed", ["x-hub-signature-256": "sha256=zz"], nil, 401, "GW0022"),
                ("signed", [:], Installation.adminKey, 401, "GW0022"), ("keyed", [:], "wrong", 401, "GW0001"),
                ("keyed", [:], "key-of-a-viewer", 403, "GW0020"), ("keyed", [:], "key-of-another", 404, "GW0010"),
            ]
            for one in bad {
                let answer = try await Self.deliver(gateway, "{}", to: one.name, headers: one.headers, key: one.key)
                #expect(answer.status == one.status && answer.json["code"]?.string == one.code, "\(one)")
            }
            let taken = try await Self.deliver(gateway, "{}", to: "keyed", key: Installation.adminKey)
            #expect(taken.status == 202)
            #expect(try await gateway.ask("DELETE", "/v1/webhooks/keyed").status == 200)
            #expect(try await gateway.ask("DELETE", "/v1/webhooks/keyed").status == 404)
            let list = try await gateway.ask("GET", "/v1/webhooks")
            #expect(list.json["items"]?.array?.map { $0["name"] } == ["signed"])
            let faulty = try await gateway.post("/v1/webhooks", ["name": "A b", "secret": "short", "subject": "x"])
            #expect(faulty.status == 400 && faulty.json["errors"]?.array?.count == 4)
        }
    }
}
