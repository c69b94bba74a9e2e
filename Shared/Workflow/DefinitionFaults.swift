/// All that is wrong with a definition, in the order of the document. Never empty.
public struct DefinitionFaults: Error, Sendable, Hashable, CustomStringConvertible {
    /// The errors.
    public var list: [DefinitionFault]
    /// What is doubtful besides.
    public var warnings: [DefinitionFault]

    /// These errors, and what is doubtful besides.
    public init(_ list: [DefinitionFault], warnings: [DefinitionFault] = []) {
        (self.list, self.warnings) = (list, warnings)
    }

    /// One line a fault.
    public var description: String { (list + warnings).map(\.description).joined(separator: "\n") }
}

extension [DefinitionFault] {
    /// In the order of the text; those without a place last, in the order in which they were found.
    var inOrderOfText: [DefinitionFault] {
        enumerated().sorted { left, right in
            func place(_ item: (offset: Int, element: DefinitionFault)) -> (Int, Int, Int) {
                (item.element.line ?? .max, item.element.column ?? .max, item.offset)
            }
            return place(left) < place(right)
        }.map(\.element)
    }
}
