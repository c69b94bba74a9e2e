/// Where secrets are kept.
public protocol SecretSource: Sendable {
    /// The secret's text; nil when there is none of this name. Throws what makes the place unreadable.
    func secret(_ name: String) async throws -> String?
}
