/// A way of assigning partitions that a member knows, and what it says of itself under it.
public struct GroupProtocol: Equatable, Sendable {
    /// The assignor.
    public var name: String
    /// The member's subscription, opaque here.
    public var metadata: [UInt8]

    /// An assignor's name and the member's subscription.
    public init(name: String, metadata: [UInt8]) {
        self.name = name
        self.metadata = metadata
    }
}
