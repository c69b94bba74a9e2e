public import Core

/// A call of the function `http`, as the Open Workflow DSL defines it.
public struct HTTPCall: Sendable, Hashable {
    /// What the task's output is made of.
    public enum Output: String, Sendable, Hashable, CaseIterable {
        /// The body's bytes, in Base64.
        case raw
        /// The body: JSON where it is some, else text.
        case content
        /// Request, status, headers and content.
        case response
    }

    /// In upper case.
    public var method: String
    /// With the query.
    public var url: String
    /// Names in lower case.
    public var headers: [EffectOutcome.Header]
    /// Nil for none.
    public var body: [UInt8]?
    /// What the output is made of.
    public var output: Output
    /// Whether the statuses 300 … 399 are answers rather than errors.
    public var acceptsRedirect: Bool

    /// Reads the evaluated arguments. A call that would not be repeatable gets `idempotencyKey`, unless that is nil or
    /// the arguments bring a key of their own. Throws a validation fault.
    public init(_ arguments: JSON, idempotencyKey: String?) throws(Fault) {
        guard let method = arguments["method"]?.string, !method.isEmpty,
            method.allSatisfy({ $0.isASCII && $0.isLetter })
        else { throw Self.bad("method", "a method such as get or post", arguments["method"]) }
        let endpoint = arguments["endpoint"]
        guard let uri = endpoint?.string ?? endpoint?["uri"]?.string, !uri.isEmpty else {
            throw Self.bad("endpoint", "a URI, or an object with uri", endpoint)
        }
        self.method = method.uppercased()
        url = uri + (try Self.query(arguments["query"], on: uri))
        headers = try Self.headers(arguments["headers"])
        if let header = try Self.authorization(endpoint?["authentication"]) { headers.append(header) }
        output = try Self.output(arguments["output"])
        acceptsRedirect = arguments["redirect"]?.bool ?? false
        switch arguments["body"] {
        case nil, .null?: body = nil
        case .string(let text)?: body = Array(text.utf8)
        case let value?:
            body = value.bytes()
            if header("content-type") == nil { headers.append(.init("content-type", "application/json")) }
        }
        if let idempotencyKey, effectClass == .irreversible {
            headers.append(.init("idempotency-key", idempotencyKey))
        }
    }

    /// What repeating the call does, by its method and its idempotency key.
    public var effectClass: EffectClass {
        switch method {
        case "GET", "HEAD", "OPTIONS", "TRACE": .pure
        case "PUT", "DELETE": .idempotent
        default: header("idempotency-key") == nil ? .irreversible : .idempotent
        }
    }

    /// The first header of a name in lower case.
    public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// The task's output for an answer. Throws a communication fault with the answer's status when that is no success.
    public func result(_ outcome: EffectOutcome) throws(Fault) -> JSON {
        let accepted = acceptsRedirect ? 200...399 : 200...299
        guard accepted.contains(outcome.status) else {
            throw Fault(
                .communication, .callFailed, "\(method) was answered by \(outcome.status)", status: outcome.status)
        }
        switch output {
        case .raw: return .string(Base64.encoded(outcome.body))
        case .content: return Self.content(outcome)
        case .response:
            return [
                "request": ["method": .string(method), "uri": .string(url), "headers": Self.json(visibleHeaders)],
                "statusCode": .integer(Int64(outcome.status)), "headers": Self.json(outcome.headers),
                "content": Self.content(outcome),
            ]
        }
    }

    /// Credentials do not come back into the workflow's data.
    private var visibleHeaders: [EffectOutcome.Header] { headers.filter { $0.name != "authorization" } }

    private static func content(_ outcome: EffectOutcome) -> JSON {
        if outcome.body.isEmpty { return .null }
        let type = outcome.header("content-type")?.lowercased() ?? ""
        if type.isEmpty || type.contains("json"), let value = try? JSON(parsing: outcome.body) { return value }
        return .string(String(decoding: outcome.body, as: UTF8.self))
    }

    private static func json(_ headers: [EffectOutcome.Header]) -> JSON {
        .object(JSONObject(headers.map { ($0.name, .string($0.value)) }))
    }

    private static func output(_ value: JSON?) throws(Fault) -> Output {
        guard let value, !value.isNull else { return .content }
        guard let output = value.string.flatMap(Output.init) else {
            throw bad("output", "raw, content or response", value)
        }
        return output
    }

    private static func headers(_ value: JSON?) throws(Fault) -> [EffectOutcome.Header] {
        guard let value, !value.isNull else { return [] }
        guard let object = value.object else { throw bad("headers", "an object", value) }
        var headers: [EffectOutcome.Header] = []
        for (name, value) in object where !value.isNull {
            let text = value.string ?? value.text()
            // A line break would smuggle further headers in.
            guard !name.isEmpty, !(name + text).unicodeScalars.contains(where: { $0.value < 32 }) else {
                throw bad("headers", "names and values without control characters", nil)
            }
            headers.append(.init(name.lowercased(), text))
        }
        return headers
    }

    private static func query(_ value: JSON?, on uri: String) throws(Fault) -> String {
        guard let value, !value.isNull else { return "" }
        guard let object = value.object else { throw bad("query", "an object", value) }
        var pairs: [String] = []
        for (name, value) in object where !value.isNull {
            for element in value.array ?? [value] {
                pairs.append("\(Percent.encoded(name))=\(Percent.encoded(element.string ?? element.text()))")
            }
        }
        return pairs.isEmpty ? "" : (uri.contains("?") ? "&" : "?") + pairs.joined(separator: "&")
    }

    private static func authorization(_ value: JSON?) throws(Fault) -> EffectOutcome.Header? {
        guard let value, !value.isNull else { return nil }
        if let token = value["bearer"]?["token"]?.string { return .init("authorization", "Bearer \(token)") }
        if let user = value["basic"]?["username"]?.string, let password = value["basic"]?["password"]?.string {
            return .init("authorization", "Basic " + Base64.encoded(Array("\(user):\(password)".utf8)))
        }
        throw Fault(.configuration, .badArguments, "endpoint.authentication: expected basic or bearer")
    }

    private static func bad(_ member: String, _ expected: String, _ found: JSON?) -> Fault {
        Fault(.validation, .badArguments, "\(member): expected \(expected), found \(found?.kind ?? "nothing usable")")
    }
}
