/// Names a request that waits for its answer; the connection it came on and its place there.
public struct GroupTicket: Hashable, Sendable {
    public var connection: UInt64
    public var slot: UInt64

    /// The ticket of one request.
    public init(connection: UInt64, slot: UInt64) {
        self.connection = connection
        self.slot = slot
    }
}

/// A way of assigning partitions that a member knows, and what it says of itself under it.
public struct GroupProtocol: Equatable, Sendable {
    public var name: String
    public var metadata: [UInt8]

    /// An assignor's name and the member's subscription.
    public init(name: String, metadata: [UInt8]) {
        self.name = name
        self.metadata = metadata
    }
}

/// A wish to join; times in milliseconds.
public struct GroupJoin: Equatable, Sendable {
    public var memberID: String
    public var instanceID: String?
    public var clientID: String
    public var clientHost: String
    public var protocolType: String
    public var protocols: [GroupProtocol]
    public var sessionTimeout: Int64
    public var rebalanceTimeout: Int64
    /// Whether the client understands being told its id first.
    public var takesMemberID: Bool
    /// The id to give, if the client has none.
    public var freshMemberID: String
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

/// The answer to a join.
public struct GroupJoined: Equatable, Sendable {
    /// A member as its leader sees it.
    public struct Member: Equatable, Sendable {
        public var id: String
        public var instanceID: String?
        public var metadata: [UInt8]
    }

    public var fault: BrokerFault
    public var generation: Int32 = -1
    public var protocolType: String?
    public var protocolName: String?
    public var leader = ""
    public var memberID: String
    /// Filled for the leader only.
    public var members: [Member] = []

    /// A refusal.
    public init(refusing fault: BrokerFault, memberID: String) {
        self.fault = fault
        self.memberID = memberID
    }
}

/// The answer to a sync.
public struct GroupSynced: Equatable, Sendable {
    public var fault: BrokerFault
    public var protocolType: String?
    public var protocolName: String?
    public var assignment: [UInt8] = []

    /// An answer without an assignment.
    public init(_ fault: BrokerFault) { self.fault = fault }
}

/// What the shell is to do after an event.
public enum GroupAction: Equatable, Sendable {
    case answerJoin(GroupTicket, GroupJoined)
    case answerSync(GroupTicket, GroupSynced)
}

/// One consumer in a group.
public struct GroupMember: Equatable, Sendable {
    public var id: String
    public var instanceID: String?
    public var clientID: String
    public var clientHost: String
    public var protocols: [GroupProtocol]
    public var sessionTimeout: Int64
    public var rebalanceTimeout: Int64
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
