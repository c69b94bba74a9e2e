/// All that can be said about the text of a definition before it runs.
public struct LintReport: Sendable {
    /// The definition, if it has no errors.
    public private(set) var definition: CompiledDefinition?
    /// Errors and warnings in the order of the text.
    public private(set) var faults: [DefinitionFault]

    /// Reads, decodes and checks a text, YAML or JSON.
    public init(_ bytes: [UInt8]) {
        do {
            try self.init(DefinitionSource(parsing: bytes))
        } catch {
            self.init(error)
        }
    }

    /// Decodes and checks a document.
    public init(_ source: DefinitionSource) {
        do {
            self.init(try CompiledDefinition(document: source.document, source: source))
        } catch {
            self.init(error)
        }
    }

    /// Decodes and checks a document, of whose references those in `missing` could not be followed: that is told in
    /// place of the linter's word on them.
    public init(_ source: DefinitionSource, missing: [DefinitionFault]) {
        self.init(source)
        guard !missing.isEmpty else { return }
        let places = Set(missing.map(\.pointer))
        (definition, faults) = (nil, (missing + faults.filter { !places.contains($0.pointer) }).inOrderOfText)
    }

    /// What keeps a definition from being one.
    public init(_ faults: DefinitionFaults) { (definition, self.faults) = (nil, faults.list + faults.warnings) }

    private init(_ definition: CompiledDefinition) { (self.definition, faults) = (definition, definition.warnings) }

    /// Whether the definition can be registered.
    public var isAccepted: Bool { definition != nil }
}
