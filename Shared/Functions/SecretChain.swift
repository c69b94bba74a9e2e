/// Several places, asked in turn.
public struct SecretChain: SecretSource {
    private let sources: [any SecretSource]

    /// The places in the order in which they are asked.
    public init(_ sources: [any SecretSource]) { self.sources = sources }

    /// The first place's that has it.
    public func secret(_ name: String) async throws -> String? {
        for source in sources {
            if let text = try await source.secret(name) { return text }
        }
        return nil
    }
}
