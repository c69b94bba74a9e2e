import Core
import HTTP
import Testing

@testable import Gateway

@Suite("Bad input is refused with a code and a place", .timeLimit(.minutes(5)))
struct BadInputTests {
    private struct Case {
        var request: (method: String, path: String, type: String?, body: String?)
        var status: Int
        var code: String
        var part: String

        init(
            _ method: String, _ path: String, _ type: String?, _ body: String?, _ status: Int, _ code: String,
            _ part: String
        ) {
            request = (method, path, type, body)
            (self.status, self.code, self.part) = (status, code, part)
        }
    }

    private static let json = "application/json"
    private static let yaml = "application/yaml"
    private static let execute = "/v1/workflows/test/hello/execute"

    private static let elsewhere =
        "document: { dsl: '1.0.3', namespace: test, name: far, version: '1.0.0' }\n"
        + "do: [ { a: { call: 'https://f.example/function.yaml' } } ]\n"

    private static let cases: [Case] = [
        Case("POST", execute, json, "{", 400, "GW0003", "cannot be read"),
        Case("POST", execute, json, "{\"input\":[1]}", 400, "GW0004", "/input: found array, expected object"),
        Case("POST", execute, json, "{\"inputs\":{}}", 400, "GW0004", "/inputs: found an unknown member"),
        Case("POST", execute, json, "{\"version\":3}", 400, "GW0004", "/version: found number, expected string"),
        Case("POST", execute, json, "\"x\"", 400, "GW0004", "the body: found string, expected object"),
        Case("POST", execute, "text/plain", "{}", 415, "GW0009", "text/plain"),
        Case("POST", execute, nil, "{}", 415, "GW0009", "no stated type"),
        Case("POST", execute + "?dry=1", json, "{}", 400, "GW0006", "dry"),
        Case("POST", "/v1/workflows/test/nothing/execute", json, "{}", 404, "GW0010", "test/nothing"),
        Case("POST", execute, json, "{\"version\":\"9.9.9\"}", 404, "GW0010", "9.9.9"),
        Case("POST", "/v1/workflows", yaml, "a: [", 422, "GW0011", "line"),
        Case("POST", "/v1/workflows", yaml, "document: 1\ndo: []\n", 422, "GW0011", "/document"),
        Case("POST", "/v1/workflows", yaml, elsewhere, 422, "GW0011", "cadenza bundle"),
        Case("POST", "/v1/workflows", "text/html", "x", 415, "GW0009", "text/html"),
        Case("POST", "/v1/policies", yaml, "name: 5\n", 422, "GW0011", "/name: found number"),
        Case("POST", "/v1/policies", yaml, "name: a\n", 422, "GW0011", "/version: found nothing"),
        Case("POST", "/v1/documents", nil, "x", 415, "GW0009", "Content-Type"),
        Case("POST", "/v1/documents", "text/plain", "", 400, "GW0004", "content"),
        Case("POST", "/v1/documents?index=A%20B", "text/plain", "x", 400, "GW0006", "index"),
        Case("POST", "/v1/documents?metaregion=1", "text/plain", "x", 400, "GW0006", "metaregion"),
        Case("POST", "/v1/events", json, "{}", 400, "GW0017", "/specversion"),
        Case("POST", "/v1/events", "application/cloudevents+json", "{\"id\":1}", 400, "GW0017", "/id"),
        Case("POST", "/v1/approvals/x/decision", json, "{\"decision\":\"perhaps\"}", 400, "GW0004", "/decision"),
        Case("POST", "/v1/approvals/x/decision", json, "{\"decision\":\"approve\"}", 404, "GW0010", "approval x"),
        Case("GET", "/v1/executions?limit=0", nil, nil, 400, "GW0006", "limit"),
        Case("GET", "/v1/executions?limit=many", nil, nil, 400, "GW0006", "limit"),
        Case("GET", "/v1/executions?cursor=%21", nil, nil, 400, "GW0006", "cursor"),
        Case("GET", "/v1/executions?status=odd", nil, nil, 400, "GW0006", "status"),
        Case("GET", "/v1/executions/none", nil, nil, 404, "GW0010", "none"),
        Case("GET", "/v1/documents/none", nil, nil, 404, "GW0010", "none"),
        Case("GET", "/v1/nothing", nil, nil, 404, "HT0005", "/v1/nothing"),
        Case("DELETE", "/v1/executions", nil, nil, 405, "HT0006", "DELETE"),
    ]

    @Test func `every bad request has its status, its code and what is wrong`() async throws {
        try await withGateway { gateway in
            try await gateway.workflow()
            for given in Self.cases {
                let (method, path, type, body) = given.request
                let answer = try await gateway.ask(method, path, body: body.map { Array($0.utf8) }, type: type)
                let told = answer.json.text()
                #expect(answer.status == given.status, "\(method) \(path): \(told)")
                #expect(answer.json["code"]?.string == given.code, "\(method) \(path): \(told)")
                #expect(told.contains(given.part), "\(method) \(path): \(told)")
                #expect(answer.headers["content-type"] == "application/problem+json")
                #expect(answer.json["whatToDo"]?.string?.isEmpty == false)
            }
        }
    }

    @Test func `bodies over the limit are a 413, and callers without a key a 401`() async throws {
        try await withGateway { gateway in
            let huge = try await gateway.ask(
                "POST", "/v1/documents", body: [UInt8](repeating: 65, count: 50 << 20), type: "text/plain")
            #expect(huge.status == 413 && huge.json["code"] == "HT0001")
            let large = try await gateway.ask("POST", Self.execute, body: [UInt8](repeating: 32, count: 2 << 20))
            #expect(large.status == 413 && large.json["code"] == "GW0005")
            for key in [nil, "", "wrong"] as [String?] {
                let answer = try await gateway.ask("GET", "/v1/me", key: key)
                #expect(answer.status == 401 && answer.json["code"] == "GW0001")
                #expect(answer.headers["www-authenticate"] == "Bearer")
            }
            let viewer = try await gateway.post(Self.execute, [:], key: "key-of-a-viewer")
            #expect(viewer.status == 403 && viewer.json["code"] == "GW0020")
            let key = try await gateway.post(Self.execute, [:], idempotencyKey: "two words")
            #expect(key.status == 400 && key.json["code"] == "GW0008")
            let me = try await gateway.ask("GET", "/v1/me", key: nil, headers: ["x-api-key": Installation.adminKey])
            #expect(me.json == ["tenant": "demo", "name": "ann", "roles": ["admin"]])
        }
    }

    @Test func `the description lists exactly what is served, and needs no key`() async throws {
        try await withGateway { gateway in
            let description = try await gateway.ask("GET", "/openapi.json", key: nil)
            var described: Set<String> = []
            for (path, operations) in description.json["paths"]?.object ?? [:] {
                for method in operations.object?.keys ?? [] { described.insert("\(method.uppercased()) \(path)") }
            }
            #expect(described == gateway.routes)
            #expect(described.contains("POST /v1/workflows/{namespace}/{name}/execute"))
        }
    }
}
