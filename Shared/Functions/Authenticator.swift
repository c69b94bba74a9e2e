import Core
import HTTP

/// Makes credentials of authentication policies.
struct Authenticator: Sendable {
    let outside: Outside

    /// The credentials of a policy, none for no policy. Fetches a token where the policy asks for one. Throws an
    /// `authentication` fault when there is none to be had, an `authorization` fault when a secret is missing.
    func credentials(_ policy: JSON?, _ context: FunctionContext) async throws(FunctionError) -> Credentials {
        guard let policy, !policy.isNull else { return .none }
        if let properties = try Self.properties(policy, "basic", context) {
            let (username, password) = try Self.user(properties, "basic")
            return .header("Basic " + Base64.text(Array("\(username):\(password)".utf8)))
        }
        if let properties = try Self.properties(policy, "bearer", context) {
            guard let token = properties["token"]?.string ?? properties.string, !token.isEmpty else {
                throw .bad("authentication/bearer/token", "a text", properties["token"])
            }
            return .header("Bearer \(try Self.line(token))")
        }
        if let properties = try Self.properties(policy, "digest", context) {
            let (username, password) = try Self.user(properties, "digest")
            return .digest(username: username, password: password)
        }
        for kind in ["oauth2", "oidc"] {
            if let properties = try Self.properties(policy, kind, context) {
                return try await token(properties, isDiscovered: kind == "oidc", context)
            }
        }
        throw .nothing(
            .configuration, .badArguments, "authentication: expected basic, bearer, digest, oauth2 or oidc")
    }

    private func token(_ policy: JSON, isDiscovered: Bool, _ context: FunctionContext)
        async throws(FunctionError) -> Credentials
    {
        let now = outside.clock.now()
        if let known = outside.tokens.find(policy, at: now) { return .token(known, policy: policy) }
        guard let authority = policy["authority"]?.string, !authority.isEmpty else {
            throw .bad("authentication/authority", "a URI", policy["authority"])
        }
        let url =
            isDiscovered
            ? try await discovered(authority, context)
            : Self.joined(authority, policy["endpoints"]?["token"]?.string ?? "/oauth2/token")
        let asked = TokenRequest(policy)
        let request = try asked.request(to: url, now: now, id: context.callID)
        let response = try await outside.exchange(request, context)
        guard response.isSuccess else {
            throw response.status >= 500
                ? .fault(
                    Fault(.communication, .notAuthenticated, "the authority failed", status: response.status), .nothing)
                : TokenRequest.refused("the authority answered by \(response.status)")
        }
        let (authorization, lifetime) = try asked.token(response)
        if lifetime > .zero {
            outside.tokens.keep(authorization, for: policy, until: now + lifetime, now: now)
        }
        return .token(authorization, policy: policy)
    }

    /// The token endpoint by OpenID Connect Discovery 1.0.
    private func discovered(_ authority: String, _ context: FunctionContext) async throws(FunctionError) -> String {
        let path = "/.well-known/openid-configuration"
        let url = authority.hasSuffix(path) ? authority : Self.joined(authority, path)
        let configuration = try await outside.document(OutsideRequest(method: "GET", url: url), context)
        guard let endpoint = configuration["token_endpoint"]?.string else {
            throw TokenRequest.refused("the authority's configuration has no token_endpoint")
        }
        return endpoint
    }

    private static func joined(_ base: String, _ path: String) -> String {
        if path.contains("://") { return path }
        let base = base.hasSuffix("/") ? String(base.dropLast()) : base
        return base + (path.hasPrefix("/") ? path : "/" + path)
    }

    /// A policy's members, or its secret's.
    static func properties(_ policy: JSON, _ kind: String, _ context: FunctionContext) throws(FunctionError) -> JSON? {
        guard let properties = policy[kind] else { return nil }
        guard let name = properties["use"]?.string else { return properties }
        guard let secret = context.secrets[name] else {
            throw .nothing(.authorization, .noSecret, "the secret \(name.prefix(80)) is not in use.secrets")
        }
        return secret
    }

    static func user(_ properties: JSON, _ kind: String) throws(FunctionError) -> (String, String) {
        guard let username = properties["username"]?.string, let password = properties["password"]?.string else {
            throw .bad("authentication/\(kind)", "username and password", properties)
        }
        return (username, password)
    }

    static func line(_ text: String) throws(FunctionError) -> String {
        if text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
            throw .bad("authentication", "texts without control characters")
        }
        return text
    }
}
