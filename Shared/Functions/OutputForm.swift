import Core
import HTTP

/// What an HTTP call's output is made of.
enum OutputForm: String, Sendable, Hashable, CaseIterable {
    /// The body's bytes, in Base64.
    case raw
    /// The body: JSON where it is some, else text, else Base64.
    case content
    /// Request, status, headers and content.
    case response

    init(argument value: JSON?) throws(FunctionError) {
        guard let value, !value.isNull else {
            self = .content
            return
        }
        guard let form = value.string.flatMap(Self.init(rawValue:)) else {
            throw .bad("output", "raw, content or response", value)
        }
        self = form
    }

    /// The output of an answer. Credentials do not come back into the workflow's data.
    func output(_ request: OutsideRequest, _ response: HTTPClientResponse, _ context: FunctionContext) -> JSON {
        switch self {
        case .raw: return .string(Base64.text(response.body))
        case .content: return Self.content(response)
        case .response:
            let hidden = ["authorization", "proxy-authorization", "cookie"]
            let headers = request.headers.fields.filter { !hidden.contains($0.name) }
            return [
                "request": [
                    "method": .string(request.method), "uri": .string(context.redacted(request.url)),
                    "headers": Self.json(headers.map { ($0.name, context.redacted($0.value)) }),
                ],
                "statusCode": .integer(Int64(response.status)),
                "headers": Self.json(response.headers.fields.map { ($0.name, $0.value) }),
                "content": Self.content(response),
            ]
        }
    }

    static func content(_ response: HTTPClientResponse) -> JSON {
        if response.body.isEmpty { return .null }
        let type = response.headers["content-type"]?.lowercased() ?? ""
        if type.isEmpty || type.contains("json"), let value = try? JSON(parsing: response.body) { return value }
        if let text = String(validating: response.body, as: UTF8.self) { return .string(text) }
        return .string(Base64.text(response.body))
    }

    private static func json(_ headers: [(String, String)]) -> JSON {
        var object = JSONObject()
        for (name, value) in headers {
            // RFC 9110, 5.2: lines of one name are one list.
            object[name] = .string(object[name]?.string.map { "\($0), \(value)" } ?? value)
        }
        return .object(object)
    }
}
