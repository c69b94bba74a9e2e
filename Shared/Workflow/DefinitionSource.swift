public import Core

/// A definition's document and where in its text each value stands.
public struct DefinitionSource: Sendable {
    /// The document.
    public var document: JSON
    /// Positions by JSON pointer; empty when there was no text.
    public var positions: [String: SourcePosition]

    /// A document that has no text.
    public init(document: JSON) { (self.document, positions) = (document, [:]) }

    /// Reads YAML (1.2 core schema: only `true` and `false` are booleans, what is quoted is text, no tags but the core
    /// ones) or JSON, in UTF-8, at most `limit` bytes and 200 levels deep. Throws one `syntax` fault with its position.
    public init(parsing bytes: [UInt8], limit: Int = 1 << 20) throws(DefinitionFaults) {
        guard bytes.count <= limit else {
            throw DefinitionFaults([
                DefinitionFault(
                    .syntax, at: JSONPointer(), found: "\(bytes.count) bytes", expected: "at most \(limit) bytes")
            ])
        }
        var loader = YAMLLoader()
        do {
            document = try loader.load(bytes)
        } catch {
            throw DefinitionFaults([error])
        }
        positions = loader.positions
    }
}

/// Reads a definition's text, YAML or JSON; see `DefinitionSource.init(parsing:limit:)`.
public func parseDefinition(_ bytes: [UInt8]) throws(DefinitionFaults) -> JSON {
    try DefinitionSource(parsing: bytes).document
}
