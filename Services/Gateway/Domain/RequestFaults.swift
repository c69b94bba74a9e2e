/// All that is wrong with a request.
public struct RequestFaults: Error, Sendable, Hashable {
    /// At least one.
    public let list: [RequestFault]

    /// The faults, in order.
    public init(_ list: [RequestFault]) { self.list = list }
}
