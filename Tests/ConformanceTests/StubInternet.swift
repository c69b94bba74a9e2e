import Core
import Functions
import HTTP
import Runner

/// The two public servers that the kit's scenarios call, on loopback.
struct StubInternet: Sendable {
    private let url: String
    private let client: HTTPClient

    /// The secrets of one scenario.
    private struct Secrets: SecretSource {
        let values: JSON
        func secret(_ name: String) async throws -> String? { values[name]?.string }
    }

    /// Real functions whose calls of petstore.swagger.io and httpbin.org are answered here.
    func calls(secrets: JSON) -> OutsideCalls {
        var policy = ResilientClient.Policy()
        policy.retry.limit = 0
        return OutsideCalls(
            FunctionTable(client: ResilientClient(client, policy: policy), secrets: Secrets(values: secrets)),
            hosts: ["https://petstore.swagger.io": url, "https://httpbin.org": url], keepsDeadlines: false)
    }

    private static let pets: [JSON] = [
        ["id": 1, "name": "Milo", "status": "available"], ["id": 2, "name": "Luna", "status": "available"],
        ["id": 3, "name": "Rex", "status": "sold"],
    ]

    /// The servers run while `body` does.
    static func with<Value>(_ body: (StubInternet) async throws -> Value) async throws -> Value {
        let server = HTTPServer(HTTPServerConfiguration()) { request in answer(request) }
        try server.start()
        let client = HTTPClient()
        let internet = StubInternet(url: "http://127.0.0.1:\(server.boundPort ?? 0)", client: client)
        let result: Result<Value, any Error>
        do { result = .success(try await body(internet)) } catch { result = .failure(error) }
        await server.drain(grace: .zero)
        client.close()
        return try result.get()
    }

    private static func answer(_ request: HTTPRequest) -> HTTPResponse {
        let path = request.path.split(separator: "/").map(String.init)
        switch path.count {
        case 1 where path == ["headers"]:
            return .json(["headers": ["x-key": .string(request.headers["x-key"] ?? "")]])
        case 2 where path == ["v2", "swagger.json"]: return .json(description(of: request.headers["host"] ?? ""))
        case 3 where path == ["v2", "pet", "findByStatus"]:
            return .json(.array(pets.filter { $0["status"]?.string == request.query("status") }))
        case 3 where path[0] == "v2" && path[1] == "pet":
            let pet = Int(path[2]).flatMap { id in pets.first { $0["id"]?.int == id } }
            return pet.map { .json($0) } ?? .json(["message": "Pet not found"], status: 404)
        case 3 where path[0] == "basic-auth":
            // The pair of the kit's scenario, as the header spells it.
            let isKnown =
                request.headers["authorization"] == "Basic c2VydmVybGVzcy13b3JrZmxvdzpjb25mb3JtYW5jZS10ZXN0"
                && path[1] == "serverless-workflow" && path[2] == "conformance-test"
            return .json(["authenticated": .bool(isKnown)], status: isKnown ? 200 : 401)
        default: return .json(["message": "not found"], status: 404)
        }
    }

    /// A description in Swagger 2.0, as the public store has one.
    private static func description(of host: String) -> JSON {
        func operation(_ id: String, _ name: String, _ place: String, _ type: String) -> JSON {
            [
                "get": [
                    "operationId": .string(id), "produces": ["application/json"],
                    "parameters": [
                        ["name": .string(name), "in": .string(place), "required": true, "type": .string(type)]
                    ],
                    "responses": ["200": ["description": "done"]],
                ]
            ]
        }
        return [
            "swagger": "2.0", "info": ["title": "Store", "version": "1.0.0"], "host": .string(host),
            "basePath": "/v2", "schemes": ["http"],
            "paths": [
                "/pet/findByStatus": operation("findPetsByStatus", "status", "query", "string"),
                "/pet/{petId}": operation("getPetById", "petId", "path", "integer"),
            ],
        ]
    }
}
