/// A wish to join; times in milliseconds.
public struct GroupJoin: Equatable, Sendable {
    /// Empty for a client that has no id yet.
    public var memberID: String
    /// The name of a static member; nil for others.
    public var instanceID: String?
    /// What the client calls itself.
    public var clientID: String
    /// Where it connected from.
    public var clientHost: String
    /// What the members are; `consumer` for consumers.
    public var protocolType: String
    /// The assignors it knows, best first.
    public var protocols: [GroupProtocol]
    /// Milliseconds of silence after which it is given up.
    public var sessionTimeout: Int64
    /// Milliseconds it may take to join again.
    public var rebalanceTimeout: Int64
    /// Whether the client understands being told its id first.
    public var takesMemberID: Bool
    /// The id to give, if the client has none.
    public var freshMemberID: String
    /// The request that waits.
    public var ticket: GroupTicket

    /// All that a join request carries.
    public init(
        memberID: String, instanceID: String?, clientID: String, clientHost: String, protocolType: String,
        protocols: [GroupProtocol], sessionTimeout: Int64, rebalanceTimeout: Int64, takesMemberID: Bool,
        freshMemberID: String, ticket: GroupTicket
    ) {
        self.memberID = memberID
        self.instanceID = instanceID
        self.clientID = clientID
        self.clientHost = clientHost
        self.protocolType = protocolType
        self.protocols = protocols
        self.sessionTimeout = sessionTimeout
        self.rebalanceTimeout = rebalanceTimeout
        self.takesMemberID = takesMemberID
        self.freshMemberID = freshMemberID
        self.ticket = ticket
    }
}
