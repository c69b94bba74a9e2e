public import Core

/// All that cannot be taken in a policy document.
public struct PolicyFaults: Error, Sendable, Hashable {
    /// In document order; never empty.
    public let faults: [PolicyFault]

    /// The faults. Precondition: at least one.
    public init(_ faults: [PolicyFault]) {
        precondition(!faults.isEmpty, "a sound document has no faults to tell")
        self.faults = faults
    }

    /// The refusal that names the first five.
    public var rejection: Rejection {
        let named = faults.prefix(5).map(\.description).joined(separator: "; ")
        let more = faults.count > 5 ? "; and \(faults.count - 5) more" : ""
        return Rejection(.invalid, .malformedPolicy, named + more)
    }
}
