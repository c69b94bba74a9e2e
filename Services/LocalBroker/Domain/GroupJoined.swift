/// The answer to a join.
public struct GroupJoined: Equatable, Sendable {
    /// A member as its leader sees it.
    public struct Member: Equatable, Sendable {
        /// Its id.
        public var id: String
        /// Its name, if it is static.
        public var instanceID: String?
        /// Its subscription under the assignor in force.
        public var metadata: [UInt8]
    }

    /// `none`, or why not.
    public var fault: BrokerFault
    /// The generation joined; -1 for none.
    public var generation: Int32 = -1
    /// What the members are.
    public var protocolType: String?
    /// The assignor in force.
    public var protocolName: String?
    /// The member that assigns; empty for none.
    public var leader = ""
    /// The id of the member that asked.
    public var memberID: String
    /// Filled for the leader only.
    public var members: [Member] = []

    /// A refusal.
    public init(refusing fault: BrokerFault, memberID: String) {
        self.fault = fault
        self.memberID = memberID
    }
}
