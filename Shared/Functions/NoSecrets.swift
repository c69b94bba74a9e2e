/// A place without secrets.
public struct NoSecrets: SecretSource {
    /// The empty place.
    public init() {}
    /// Always nil.
    public func secret(_ name: String) async throws -> String? { nil }
}
