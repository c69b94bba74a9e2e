import Core

/// How a request shows who sends it.
enum Credentials: Sendable, Hashable {
    /// Not at all.
    case none
    /// By this `Authorization`.
    case header(String)
    /// By this `Authorization`, a token that was got for a policy.
    case token(String, policy: JSON)
    /// By an answer to the server's challenge (RFC 7616).
    case digest(username: String, password: String)

    /// `$authorization`: the scheme and its parameter, null where they are not known before the server has asked.
    var descriptor: JSON {
        switch self {
        case .none, .digest: return .null
        case .header(let text), .token(let text, _):
            let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
            return ["scheme": .string(parts.first ?? ""), "parameter": .string(parts.count > 1 ? parts[1] : "")]
        }
    }
}
