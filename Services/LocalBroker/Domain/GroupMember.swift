/// One consumer in a group.
public struct GroupMember: Equatable, Sendable {
    /// The id that the coordinator gave.
    public var id: String
    /// The name of a static member; nil for others.
    public var instanceID: String?
    /// What the client calls itself.
    public var clientID: String
    /// Where it connected from.
    public var clientHost: String
    /// The assignors it knows, best first.
    public var protocols: [GroupProtocol]
    /// Milliseconds of silence after which it is given up.
    public var sessionTimeout: Int64
    /// Milliseconds it may take to join again.
    public var rebalanceTimeout: Int64
    /// Its part, as the leader encoded it.
    public var assignment: [UInt8] = []
    /// When the member is given up unless it is heard of.
    var sessionDeadline: Int64
    /// The join request that waits for the others.
    var joining: GroupTicket?
    /// The sync request that waits for the leader.
    var syncing: GroupTicket?
    /// Whether it has ever been part of a generation.
    var isNew = true

    func metadata(for name: String?) -> [UInt8] { protocols.first { $0.name == name }?.metadata ?? [] }
}
