/// The answer to a sync.
public struct GroupSynced: Equatable, Sendable {
    /// `none`, or why not.
    public var fault: BrokerFault
    /// What the members are.
    public var protocolType: String?
    /// The assignor in force.
    public var protocolName: String?
    /// The member's part, as the leader encoded it.
    public var assignment: [UInt8] = []

    /// An answer without an assignment.
    public init(_ fault: BrokerFault) { self.fault = fault }
}
