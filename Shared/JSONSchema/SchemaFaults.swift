/// All that is wrong with a schema. Never empty.
public struct SchemaFaults: Error, Sendable, Hashable, CustomStringConvertible {
    /// The faults.
    public var list: [SchemaFault]

    /// These faults.
    public init(_ list: [SchemaFault]) { self.list = list }

    /// One line a fault.
    public var description: String { list.map(\.description).joined(separator: "\n") }
}
