/// All that is wrong with a definition, in the order of the document. Never empty.
public struct DefinitionFaults: Error, Sendable, Hashable, CustomStringConvertible {
    /// The faults.
    public var list: [DefinitionFault]

    /// These faults.
    public init(_ list: [DefinitionFault]) { self.list = list }

    /// One line a fault.
    public var description: String { list.map(\.description).joined(separator: "\n") }
}
