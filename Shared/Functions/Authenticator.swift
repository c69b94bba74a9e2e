import Core

/// Makes credentials of authentication policies.
struct Authenticator: Sendable {
    let outside: Outside

    /// The credentials of a policy, none for no policy. Fetches a token where the policy asks for one. Throws an
    /// `authentication` fault when there is none to be had, an `authorization` fault when a secret is missing.
    func credentials(_ policy: JSON?, _ context: FunctionContext) async throws(FunctionError) -> Credentials {
        guard let policy, !policy.isNull else { return .none }
        if let properties = try Self.properties(policy, "basic", context) {
            let (username, password) = try Self.user(properties, "basic")
            return .header("Basic " + Base64.encoded(Array("\(username):\(password)".utf8)))
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
        throw .nothing(
            .configuration, .badArguments, "authentication: expected basic, bearer, digest, oauth2 or oidc")
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

    private static func user(_ properties: JSON, _ kind: String) throws(FunctionError) -> (String, String) {
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
