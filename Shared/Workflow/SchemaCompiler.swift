import Core

/// Compiles JSON schemas; refuses what is not checked here.
struct SchemaCompiler {
    private(set) var faults: [DefinitionFault] = []

    mutating func compile(_ value: JSON, _ pointer: JSONPointer) -> Schema? {
        guard let node = node(value, pointer), faults.isEmpty else { return nil }
        return Schema(node: node)
    }

    private mutating func node(_ value: JSON, _ pointer: JSONPointer) -> SchemaNode? { .anything }
}
