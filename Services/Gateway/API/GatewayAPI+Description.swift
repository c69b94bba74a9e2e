import Core
import HTTP

extension GatewayAPI {
    var descriptionRoutes: [APIRoute] {
        [
            .get("/openapi.json", "This description", right: nil) { _ in .json(description()) }
        ]
    }

    /// The API in OpenAPI 3.1, made from the table that is served.
    func description() -> JSON {
        var paths = JSONObject()
        for route in routes {
            var path = paths[route.pattern]?.object ?? [:]
            path[route.method.lowercased()] = .object(Self.operation(route))
            paths[route.pattern] = .object(path)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Cadenza", "version": "1",
                "description":
                    "Every POST takes an Idempotency-Key. Lists give items and next, the cursor of the page after.",
            ],
            "paths": .object(paths),
            "components": [
                "securitySchemes": ["key": ["type": "http", "scheme": "bearer"]],
                "schemas": ["Problem": Self.problemSchema],
            ],
        ]
    }

    private static let problemSchema: JSON = [
        "type": "object", "required": ["type", "title", "status", "detail", "code", "whatToDo"],
        "properties": [
            "type": ["type": "string", "format": "uri"], "title": ["type": "string"], "status": ["type": "integer"],
            "detail": ["type": "string"], "code": ["type": "string"], "whatToDo": ["type": "string"],
            "errors": ["type": "array", "items": ["type": "object"]],
        ],
    ]

    private static func operation(_ route: APIRoute) -> JSONObject {
        var responses = JSONObject()
        for status in route.success { responses[String(status)] = ["description": "Success"] }
        responses["default"] = [
            "description": "A problem",
            "content": [
                "application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]
            ],
        ]
        var operation: JSONObject = [
            "summary": .string(route.summary), "parameters": .array(parameters(route)), "responses": .object(responses),
        ]
        if route.right != nil { operation["security"] = [["key": []]] }
        if !route.body.isEmpty {
            let content = JSONObject(route.body.map { ($0, JSON.object([:])) })
            operation["requestBody"] = ["content": .object(content)]
        }
        return operation
    }

    private static func parameters(_ route: APIRoute) -> [JSON] {
        let path = route.pattern.split(separator: "/").filter { $0.hasPrefix("{") }.map { part -> JSON in
            [
                "name": .string(String(part.dropFirst().dropLast())), "in": "path", "required": true,
                "schema": ["type": "string"],
            ]
        }
        let query = route.query.map { name -> JSON in
            ["name": .string(name), "in": "query", "schema": ["type": "string"]]
        }
        let key: [JSON] =
            route.method == "POST"
            ? [["name": "Idempotency-Key", "in": "header", "schema": ["type": "string", "maxLength": 200]]] : []
        return path + query + key
    }
}
