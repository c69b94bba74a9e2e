import Core
import HTTP

/// An operation of an OpenAPI document, version 2.0 or 3.
struct OpenAPIOperation: Sendable {
    private static let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]

    private let document: ServiceDocument
    private let isVersion2: Bool
    private let method: String
    private let path: String
    private let item: JSON
    private let operation: JSON

    /// Finds an operation by its id.
    init(_ id: String, in document: ServiceDocument) throws(FunctionError) {
        self.document = document
        isVersion2 = document.root["swagger"]?.string == "2.0"
        guard isVersion2 || document.root["openapi"]?.string?.hasPrefix("3.") == true else {
            throw ServiceDocument.bad("the document is neither OpenAPI 3 nor Swagger 2.0")
        }
        for (path, item) in document.root["paths"]?.object ?? [:] {
            guard let item = try document.resolved(item) else { continue }
            for method in Self.methods where item[method]?["operationId"]?.string == id {
                (self.method, self.path, self.item) = (method, path, item)
                operation = item[method] ?? .null
                return
            }
        }
        throw ServiceDocument.bad("the document has no operation \(id.prefix(80))")
    }

    /// The request that the operation makes of these arguments.
    func request(_ arguments: JSONObject) throws(FunctionError) -> OutsideRequest {
        let parameters = try self.parameters()
        var rest = arguments
        var (path, query, cookies) = (self.path, [String](), [String]())
        var form: [(String, String)] = []
        var body: JSON?
        var request = OutsideRequest(method: method.uppercased(), url: "")
        for parameter in parameters {
            guard let value = arguments[parameter.name] ?? parameter.defaultValue, !value.isNull else {
                if parameter.isRequired { throw .bad("parameters/\(parameter.name)", "a value, which is required") }
                rest[parameter.name] = nil
                continue
            }
            rest[parameter.name] = nil
            switch parameter.place {
            case "path":
                path = path.replacing("{\(parameter.name)}", with: parameter.text(value) { Percent.encoded($0) })
            case "query": query += parameter.pairs(value).map { "\(Percent.encoded($0))=\(Percent.encoded($1))" }
            case "header":
                let header: JSON = .object([parameter.name: .string(parameter.text(value) { $0 })])
                for field in try OutsideRequest.headers(header, "parameters").fields {
                    request.headers.add(field.name, field.value)
                }
            case "cookie": cookies += parameter.pairs(value).map { "\($0)=\(Percent.encoded($1))" }
            case "body": body = value
            case "formData": form += parameter.pairs(value)
            default: throw ServiceDocument.bad("a parameter in \(parameter.place.prefix(20))")
            }
        }
        request.url = try base() + path
        request.addQuery(query.joined(separator: "&"))
        if !cookies.isEmpty { request.headers["cookie"] = cookies.joined(separator: "; ") }
        try setBody(&request, body, form, &rest)
        if let stranger = rest.keys.first {
            throw .bad("parameters/\(stranger)", "no such parameter: none is declared")
        }
        if let type = produced() { request.headers["accept"] = type }
        return request
    }

    private func parameters() throws(FunctionError) -> [OpenAPIParameter] {
        var parameters: [OpenAPIParameter] = []
        for value in (item["parameters"]?.array ?? []) + (operation["parameters"]?.array ?? []) {
            let parameter = try OpenAPIParameter(try document.resolved(value) ?? .null, isVersion2: isVersion2)
            // The operation's own stand in for the path's.
            parameters.removeAll { $0.name == parameter.name && $0.place == parameter.place }
            parameters.append(parameter)
        }
        return parameters
    }

    private func setBody(
        _ request: inout OutsideRequest, _ body: JSON?, _ form: [(String, String)], _ rest: inout JSONObject
    ) throws(FunctionError) {
        if isVersion2 {
            let consumed = (operation["consumes"] ?? document.root["consumes"])?.array?.compactMap(\.string) ?? []
            if !form.isEmpty {
                try setForm(&request, form, isMultipart: consumed.first == "multipart/form-data")
            } else if let body {
                let type = consumed.isEmpty ? "application/json" : Self.preferred(consumed)
                try set(&request, body, type ?? consumed[0])
            }
            return
        }
        guard let described = try document.resolved(operation["requestBody"]) else { return }
        let types = described["content"]?.object?.keys ?? []
        var body: JSON?
        if let given = rest["body"] {
            body = given
            rest["body"] = nil
        } else if !rest.isEmpty {
            // What is no parameter is the body's.
            body = .object(rest)
            rest = [:]
        }
        guard let body, !body.isNull else {
            if described["required"]?.bool == true { throw .bad("parameters/body", "a value, which is required") }
            return
        }
        try set(&request, body, Self.preferred(types) ?? types.first ?? "application/json")
    }

    private func set(_ request: inout OutsideRequest, _ body: JSON, _ type: String) throws(FunctionError) {
        if type == "multipart/form-data" || type == "application/x-www-form-urlencoded", let object = body.object {
            let pairs = object.flatMap { member in
                (member.value.array ?? [member.value]).map { (member.key, Percent.plain($0)) }
            }
            return try setForm(&request, pairs, isMultipart: type.hasPrefix("multipart"))
        }
        request.headers["content-type"] = type == "*/*" ? "application/json" : type
        request.body = type.contains("json") || type == "*/*" ? body.bytes() : Array(Percent.plain(body).utf8)
    }

    private func setForm(_ request: inout OutsideRequest, _ pairs: [(String, String)], isMultipart: Bool)
        throws(FunctionError)
    {
        guard isMultipart else {
            request.headers["content-type"] = "application/x-www-form-urlencoded"
            let text = pairs.map { "\(Percent.encoded($0))=\(Percent.encoded($1))" }.joined(separator: "&")
            return request.body = Array(text.utf8)
        }
        let boundary = "cadenza-7b1e9c54a2f03d68"
        var text = ""
        for (name, value) in pairs {
            guard !value.contains(boundary), !name.contains(where: { $0 == "\"" || $0.isNewline }) else {
                throw .bad("parameters", "names and values that a form can carry")
            }
            text += "--\(boundary)\r\ncontent-disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
        }
        request.headers["content-type"] = "multipart/form-data; boundary=\(boundary)"
        request.body = Array("\(text)--\(boundary)--\r\n".utf8)
    }

    private static func preferred(_ types: [String]) -> String? {
        types.first { $0 == "application/json" } ?? types.first { $0.contains("json") }
    }

    private func produced() -> String? {
        if isVersion2 {
            let types = (operation["produces"] ?? document.root["produces"])?.array?.compactMap(\.string) ?? []
            return Self.preferred(types) ?? types.first
        }
        let types = (operation["responses"]?.object?.values ?? []).flatMap { response in
            ((try? document.resolved(response))??["content"]?.object?.keys) ?? []
        }
        return Self.preferred(types) ?? types.first
    }

    /// The address that paths are appended to.
    private func base() throws(FunctionError) -> String {
        var base: String
        if isVersion2 {
            guard let origin = HTTPLocation(document.url) else {
                throw ServiceDocument.bad("its own address is no URL")
            }
            let schemes = document.root["schemes"]?.array?.compactMap(\.string) ?? []
            let scheme = (operation["schemes"]?.array?.compactMap(\.string) ?? schemes).sorted().last {
                ["http", "https"].contains($0)
            }
            let host = document.root["host"]?.string ?? origin.authority
            base = "\(scheme ?? origin.scheme)://\(host)\(document.root["basePath"]?.string ?? "")"
        } else {
            let servers = (operation["servers"] ?? item["servers"] ?? document.root["servers"])?.array
            let server = servers?.first ?? ["url": "/"]
            var url = server["url"]?.string ?? "/"
            for (name, variable) in server["variables"]?.object ?? [:] {
                url = url.replacing("{\(name)}", with: variable["default"]?.string ?? "")
            }
            guard let resolved = HTTPLocation.resolve(url, against: document.url) else {
                throw ServiceDocument.bad("the server's address cannot be read")
            }
            base = resolved
        }
        while base.hasSuffix("/") { base.removeLast() }
        return base
    }
}
