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
}
