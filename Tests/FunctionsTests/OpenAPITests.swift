import Core
import HTTP
import TestKit
import Testing

@testable import Functions

@Suite("The function openapi", .timeLimit(.minutes(5)))
struct OpenAPITests {
    static let version2: JSON = [
        "swagger": "2.0", "basePath": "/v2", "produces": ["application/xml", "application/json"],
        "paths": [
            "/pet/findByStatus": [
                "get": [
                    "operationId": "findPetsByStatus",
                    "parameters": [
                        [
                            "name": "status", "in": "query", "required": true, "type": "array",
                            "collectionFormat": "multi",
                        ]
                    ],
                ]
            ],
            "/pet/{petId}": [
                "parameters": [["name": "petId", "in": "path", "required": true, "type": "integer"]],
                "get": ["operationId": "getPetById"],
                "post": [
                    "operationId": "updatePetWithForm", "consumes": ["application/x-www-form-urlencoded"],
                    "parameters": [
                        ["name": "name", "in": "formData"], ["name": "status", "in": "formData"],
                        ["name": "api_key", "in": "header"],
                    ],
                ],
            ],
            "/pet": [
                "put": ["operationId": "updatePet", "parameters": [["$ref": "#/parameters/pet"]]]
            ],
        ],
        "parameters": ["pet": ["name": "body", "in": "body", "required": true]],
    ]

    static let version3 = """
        openapi: 3.0.3
        info: {title: Pets, version: '1'}
        servers:
          - url: '/{stage}/api'
            variables: {stage: {default: live}}
        paths:
          /pets/{id}:
            parameters:
              - {name: id, in: path, required: true, schema: {type: string}}
              - {name: X-Trace, in: header, schema: {type: string}}
            post:
              operationId: rename
              parameters:
                - {name: filter, in: query, style: deepObject, explode: true, schema: {type: object}}
                - {name: tags, in: query, explode: false, schema: {type: array}}
                - {name: limit, in: query, schema: {type: integer, default: 5}}
                - {name: session, in: cookie, schema: {type: string}}
              requestBody: {$ref: '#/components/requestBodies/Pet'}
              responses: {'200': {content: {application/json: {}}}}
        components:
          requestBodies:
            Pet: {required: true, content: {application/json: {}}}
        """

    /// Serves the documents and echoes everything else.
    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        switch request.path {
        case "/swagger.json": .json(Self.version2)
        case "/openapi.yaml": .text(Self.version3)
        default:
            .json([
                "method": .string(request.method), "path": .string(request.path),
                "query": .array(request.target.query.map { .string("\($0.name)=\($0.value)") }),
                "body": .string(String(decoding: request.body, as: UTF8.self)),
            ])
        }
    }

    private func arguments(_ url: String, _ document: String, _ id: String, _ parameters: JSON) -> JSON {
        [
            "document": ["endpoint": .string(url + document)], "operationId": .string(id), "parameters": parameters,
        ]
    }

    @Test("Version 2: path, query, header, form and body parameters; the document is fetched once")
    func version2() async throws {
        try await withOutside({ request, _ in answer(request) }) { (url, asked) async throws in
            let functions = table()
            func run(_ id: String, _ parameters: JSON) async throws -> JSON {
                try await functions.run("openapi", arguments(url, "/swagger.json", id, parameters), .call())
            }
            let found = try await run("findPetsByStatus", ["status": ["available", "sold"]])
            #expect(found["path"] == "/v2/pet/findByStatus")
            #expect(found["query"] == ["status=available", "status=sold"])
            #expect(try await run("getPetById", ["petId": "a/b"])["path"] == "/v2/pet/a/b")
            let form = try await run("updatePetWithForm", ["petId": 1, "name": "A B", "api_key": "k"])
            #expect(form["body"] == "name=A%20B")
            #expect(asked.all.last?.headers["api_key"] == "k")
            let body = try await run("updatePet", ["body": ["id": 1]])
            #expect(body["method"] == "PUT")
            #expect(body["body"] == #"{"id":1}"#)
            #expect(asked.all.last?.headers["accept"] == "application/json")
            #expect(asked.all.count { $0.path == "/swagger.json" } == 1)
        }
    }

    @Test("Version 3 in YAML: servers with variables, styles, defaults, cookies, the body from what is no parameter")
    func version3() async throws {
        try await withOutside({ request, _ in answer(request) }) { (url, asked) async throws in
            let parameters: JSON = [
                "id": "a b", "X-Trace": "t", "filter": ["kind": "dog"], "tags": ["x", "y"], "session": "s",
                "name": "Milou",
            ]
            let output = try await table().run(
                "openapi", arguments(url, "/openapi.yaml", "rename", parameters), .call(key: "e:1"))
            #expect(output["path"] == "/live/api/pets/a b")
            #expect(output["query"] == ["filter[kind]=dog", "tags=x,y", "limit=5"])
            #expect(output["body"] == #"{"name":"Milou"}"#)
            let request = try #require(asked.all.last)
            #expect(request.headers["x-trace"] == "t")
            #expect(request.headers["cookie"] == "session=s")
            #expect(request.headers["idempotency-key"] == "e:1")
        }
    }

    @Test("What is missing is told: the operation, a required parameter, a strange one, a document")
    func wrong() async throws {
        try await withOutside({ request, _ in request.path == "/not" ? .text("[") : answer(request) }) {
            (url, asked) async throws in
            let cases: [(String, String, JSON, Fault.Standard)] = [
                ("/swagger.json", "nothing", [:], .configuration), ("/swagger.json", "getPetById", [:], .validation),
                ("/swagger.json", "getPetById", ["petId": 1, "petid": 2], .validation),
                ("/openapi.yaml", "rename", ["id": "1"], .validation), ("/not", "rename", [:], .configuration),
            ]
            for (document, id, parameters, expected) in cases {
                let fault = await faulted {
                    _ = try await table().run("openapi", arguments(url, document, id, parameters), .call())
                }
                #expect(fault?.type == expected.type, "\(document) \(id)")
            }
            #expect(asked.all.allSatisfy { ["/swagger.json", "/openapi.yaml", "/not"].contains($0.path) })
        }
    }

    @Test("The response form and the effect follow the operation's method")
    func response() async throws {
        try await withOutside({ request, _ in answer(request) }) { (url, _) async throws in
            var arguments = arguments(url, "/swagger.json", "getPetById", ["petId": 1]).object!
            arguments["output"] = "response"
            let prepared = try await table().prepare("openapi", .object(arguments), .call())
            #expect(prepared.effect == .reads)
            let output = try await prepared.run()
            #expect(output["request"]?["uri"] == .string(url + "/v2/pet/1"))
            #expect(output["statusCode"] == 200)
        }
    }
}
