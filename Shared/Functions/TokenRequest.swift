import Core
import HTTP

/// A request for a token (RFC 6749), as a policy `oauth2` or `oidc` describes it.
struct TokenRequest: Sendable {
    private let policy: JSON

    /// The policy's members.
    init(_ policy: JSON) { self.policy = policy }

    /// The request to the token endpoint.
    func request(to url: String, now: Instant, id: String) throws(FunctionError) -> OutsideRequest {
        var request = OutsideRequest(method: "POST", url: url)
        request.headers["accept"] = "application/json"
        var form: JSONObject = ["grant_type": .string(try text("grant"))]
        try addGrant(&form)
        if let scopes = policy["scopes"]?.array, !scopes.isEmpty {
            form["scope"] = .string(scopes.compactMap(\.string).joined(separator: " "))
        }
        if let audiences = policy["audiences"]?.array, !audiences.isEmpty { form["audience"] = .array(audiences) }
        try addClient(&form, &request, now, id)
        switch policy["request"]?["encoding"]?.string ?? "application/x-www-form-urlencoded" {
        case "application/json": request.setBody(.object(form))
        case "application/x-www-form-urlencoded":
            request.headers["content-type"] = "application/x-www-form-urlencoded"
            request.setBody(.object(form))
        default: throw .bad("authentication/request/encoding", "a form or JSON")
        }
        return request
    }

    private func addGrant(_ form: inout JSONObject) throws(FunctionError) {
        switch form["grant_type"]?.string {
        case "client_credentials": return
        case "password":
            form["username"] = .string(try text("username"))
            form["password"] = .string(try text("password"))
        case "urn:ietf:params:oauth:grant-type:token-exchange":
            for (name, isNeeded) in [("subject", true), ("actor", false)] {
                guard let token = policy[name], !token.isNull else {
                    if isNeeded { throw .bad("authentication/\(name)", "a token and its type") }
                    continue
                }
                guard let value = token["token"]?.string, let type = token["type"]?.string else {
                    throw .bad("authentication/\(name)", "a token and its type", token)
                }
                form["\(name)_token"] = .string(value)
                form["\(name)_token_type"] = .string(type)
            }
        case let grant:
            // They need a browser, or a token that the policy has no member for.
            throw .nothing(
                .configuration, .notAuthenticated,
                "the grant \(grant?.prefix(80) ?? "") cannot be had without a person")
        }
    }

    private func addClient(
        _ form: inout JSONObject, _ request: inout OutsideRequest, _ now: Instant, _ id: String
    ) throws(FunctionError) {
        let client = policy["client"]
        let name = client?["id"]?.string
        let secret = client?["secret"]?.string
        let bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        switch client?["authentication"]?.string ?? "client_secret_post" {
        case "client_secret_post":
            form["client_id"] = name.map { .string($0) }
            form["client_secret"] = secret.map { .string($0) }
        case "client_secret_basic":
            guard let name, let secret else { throw .bad("authentication/client", "id and secret") }
            let pair = "\(Percent.encoded(name)):\(Percent.encoded(secret))"
            request.credentials = .header("Basic " + Base64.text(Array(pair.utf8)))
        case "client_secret_jwt":
            guard let name, let secret else { throw .bad("authentication/client", "id and secret") }
            form["client_id"] = .string(name)
            form["client_assertion_type"] = .string(bearer)
            form["client_assertion"] = .string(Self.assertion(name, secret, request.url, now, id))
        case "private_key_jwt":
            guard let assertion = client?["assertion"]?.string else {
                throw .bad("authentication/client/assertion", "a signed assertion")
            }
            form["client_id"] = name.map { .string($0) }
            form["client_assertion_type"] = .string(bearer)
            form["client_assertion"] = .string(assertion)
        case "none": form["client_id"] = name.map { .string($0) }
        default: throw .bad("authentication/client/authentication", "one of the methods of OpenID Connect")
        }
    }

    /// A JWT (RFC 7523) signed with the client's secret, good for a minute.
    private static func assertion(_ name: String, _ secret: String, _ url: String, _ now: Instant, _ id: String)
        -> String
    {
        let seconds = now.milliseconds / 1000
        let claims: JSON = [
            "iss": .string(name), "sub": .string(name), "aud": .string(url), "iat": .integer(seconds),
            "exp": .integer(seconds + 60), "jti": .string("\(id)/\(now.microseconds)"),
        ]
        let head: JSON = ["alg": "HS256", "typ": "JWT"]
        let signed = Base64.url(head.bytes()) + "." + Base64.url(claims.bytes())
        return signed + "." + Base64.url(HMAC.sha256(Array(signed.utf8), key: Array(secret.utf8)))
    }

    private func text(_ member: String) throws(FunctionError) -> String {
        guard let text = policy[member]?.string, !text.isEmpty else {
            throw .bad("authentication/\(member)", "a text", policy[member])
        }
        return text
    }

    /// The `Authorization` of an answer, and how long it is good.
    func token(_ response: HTTPClientResponse) throws(FunctionError) -> (authorization: String, lifetime: Duration) {
        guard let answer = try? JSON(parsing: response.body), let token = answer["access_token"]?.string,
            !token.isEmpty
        else { throw Self.refused("the authority's answer has no access_token") }
        try checkIssuer(token)
        let type = answer["token_type"]?.string ?? "Bearer"
        let scheme = type.lowercased() == "bearer" ? "Bearer" : type
        let seconds = answer["expires_in"]?.double ?? answer["expires_in"]?.string.flatMap { Double($0) } ?? 60
        // A token that ends on its way is of no use.
        let margin = min(30, seconds / 2)
        let lifetime = Duration.milliseconds(Int64(max(0, min(seconds - margin, 86_400)) * 1000))
        return (try Authenticator.line("\(scheme) \(token)"), lifetime)
    }

    private func checkIssuer(_ token: String) throws(FunctionError) {
        guard let issuers = policy["issuers"]?.array, !issuers.isEmpty else { return }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        let claims = parts.count == 3 ? Base64.decoded(String(parts[1])).flatMap { try? JSON(parsing: $0) } : nil
        guard let issuer = claims?["iss"]?.string, issuers.contains(.string(issuer)) else {
            throw Self.refused("the token's issuer is not one of the policy's")
        }
    }

    static func refused(_ detail: String) -> FunctionError {
        .nothing(.authentication, .notAuthenticated, detail)
    }
}
