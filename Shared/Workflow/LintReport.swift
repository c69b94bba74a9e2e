/// All that can be said about the text of a definition before it runs.
public struct LintReport: Sendable {
    /// The definition, if it has no errors.
    public let definition: CompiledDefinition?
    /// Errors and warnings in the order of the text.
    public let faults: [DefinitionFault]

    /// Reads, decodes and checks a text, YAML or JSON.
    public init(_ bytes: [UInt8]) {
        do {
            let definition = try CompiledDefinition(parsing: bytes)
            (self.definition, faults) = (definition, definition.warnings)
        } catch {
            (definition, faults) = (nil, error.list + error.warnings)
        }
    }

    /// Whether the definition can be registered.
    public var isAccepted: Bool { definition != nil }
}
