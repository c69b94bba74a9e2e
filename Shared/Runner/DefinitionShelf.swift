import Core
public import Workflow

/// The definitions that a runner knows, in all their versions.
public struct DefinitionShelf: Sendable {
    /// In the order in which they were put there.
    public private(set) var definitions: [CompiledDefinition] = []

    /// These definitions.
    public init(_ definitions: [CompiledDefinition] = []) {
        for definition in definitions { add(definition) }
    }

    /// Adds a definition; another one of the same name and version is replaced.
    public mutating func add(_ definition: CompiledDefinition) {
        definitions.removeAll { $0.reference == definition.reference }
        definitions.append(definition)
    }

    /// The version of `namespace`/`name` that `version` selects: exact, `1`, `1.4`, or `latest`; nil when there is
    /// none.
    public func definition(namespace: String, name: String, version: String = "latest") -> CompiledDefinition? {
        let known = definitions.filter { $0.namespace == namespace && $0.name == name }
        guard let selector = VersionSelector(version) else { return nil }
        let chosen = selector.choose(among: known.compactMap { SemanticVersion($0.version) })
        return known.first { SemanticVersion($0.version) == chosen && chosen != nil }
    }
}
