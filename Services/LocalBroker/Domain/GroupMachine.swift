/// The coordinator's side of one consumer group: events in, actions out. Time is milliseconds of a clock that never
/// jumps.
public struct GroupMachine: Equatable, Sendable {
    /// Where the group is.
    public enum State: Equatable, Sendable {
        /// No members. Goes to `preparing`.
        case empty
        /// Waiting for members to join again until `deadline`, and for more to come until `notBefore`.
        /// Goes to `completing`, or to `empty` if nobody came.
        case preparing(deadline: Int64, notBefore: Int64)
        /// Joined; waiting for the leader's assignment until `deadline`. Goes to `stable` or back to `preparing`.
        case completing(deadline: Int64)
        /// Everybody knows his part. Goes to `preparing`.
        case stable
    }

    /// An id that was given to a client which has not joined with it yet.
    struct Pending: Equatable, Sendable {
        var id: String
        var connection: UInt64
        var deadline: Int64
    }

    /// How long a group that was empty waits for more members, in milliseconds.
    let initialDelay: Int64

    /// Where it is now.
    public internal(set) var state = State.empty
    /// Counts the rebalances; members must name the present one.
    public internal(set) var generation: Int32 = 0
    /// What the members are; `consumer` for consumers.
    public internal(set) var protocolType: String?
    /// The assignor in force; nil before there is one.
    public internal(set) var protocolName: String?
    /// The member that assigns; nil while there is none.
    public internal(set) var leader: String?
    /// In the order in which they joined.
    public internal(set) var members: [GroupMember] = []
    var pending: [Pending] = []

    /// A group without members.
    public init(initialDelay: Int64) { self.initialDelay = initialDelay }

    /// The state's name in `DescribeGroups`.
    public var stateName: String {
        switch state {
        case .empty: "Empty"
        case .preparing: "PreparingRebalance"
        case .completing: "CompletingRebalance"
        case .stable: "Stable"
        }
    }

    /// Whether nobody is in it or about to be.
    public var isEmpty: Bool { members.isEmpty && pending.isEmpty }

    func index(of id: String) -> Int? { members.firstIndex { $0.id == id } }

    /// When `tick` has something to do next.
    public var nextDeadline: Int64? {
        var deadlines = pending.map(\.deadline)
        for member in members where member.joining == nil && member.syncing == nil {
            deadlines.append(member.sessionDeadline)
        }
        switch state {
        case .preparing(let deadline, let notBefore):
            deadlines.append(hasEverybody && notBefore > 0 ? notBefore : deadline)
        case .completing(let deadline): deadlines.append(deadline)
        case .empty, .stable: break
        }
        return deadlines.min()
    }

    var hasEverybody: Bool { pending.isEmpty && members.allSatisfy { $0.joining != nil } }

    // MARK: Events without a waiting answer

    /// A sign of life.
    public mutating func heartbeat(
        memberID: String, instanceID: String?, generation: Int32, now: Int64
    ) -> BrokerFault {
        if let fault = identify(memberID: memberID, instanceID: instanceID) { return fault }
        guard let index = index(of: memberID) else { return .unknownMemberID }
        guard generation == self.generation else { return .illegalGeneration }
        touch(index, now)
        if case .preparing = state { return .rebalanceInProgress }
        return .none
    }

    /// Whether offsets may be committed; counts as a sign of life.
    public mutating func mayCommit(
        memberID: String, instanceID: String?, generation: Int32, now: Int64
    ) -> BrokerFault {
        if generation < 0, memberID.isEmpty { return members.isEmpty ? .none : .unknownMemberID }
        if let fault = identify(memberID: memberID, instanceID: instanceID) { return fault }
        guard let index = index(of: memberID) else { return .unknownMemberID }
        guard generation == self.generation else { return .illegalGeneration }
        touch(index, now)
        if case .completing = state { return .rebalanceInProgress }
        return .none
    }

    /// A member goes. Found by instance id if it has one.
    public mutating func leave(
        memberID: String, instanceID: String?, now: Int64
    ) -> (fault: BrokerFault, actions: [GroupAction]) {
        var id = memberID
        if let instanceID {
            guard let found = members.first(where: { $0.instanceID == instanceID }) else {
                return (.unknownMemberID, [])
            }
            guard memberID.isEmpty || found.id == memberID else { return (.fencedInstanceID, []) }
            id = found.id
        }
        if let place = pending.firstIndex(where: { $0.id == id }) {
            pending.remove(at: place)
            return (.none, completeIfReady(now))
        }
        guard index(of: id) != nil else { return (.unknownMemberID, []) }
        return (.none, remove([id], now))
    }

    /// Time has passed: sessions end, rebalances time out.
    public mutating func tick(now: Int64) -> [GroupAction] {
        pending.removeAll { $0.deadline <= now }
        var actions: [GroupAction] = []
        let silent = members.filter { $0.joining == nil && $0.syncing == nil && $0.sessionDeadline <= now }
        if !silent.isEmpty { actions += remove(silent.map(\.id), now) }
        if case .completing(let deadline) = state, deadline <= now {
            let late = members.filter { $0.syncing == nil }.map(\.id)
            actions += late.isEmpty ? prepare(now) : remove(late, now)
        }
        return actions + completeIfReady(now)
    }

    /// A connection is gone, and with it the requests that waited on it.
    public mutating func connectionClosed(_ connection: UInt64, now: Int64) -> [GroupAction] {
        var strangers: [String] = []
        for index in members.indices {
            if members[index].joining?.connection == connection {
                members[index].joining = nil
                members[index].sessionDeadline = now + members[index].sessionTimeout
                if members[index].isNew, members[index].instanceID == nil { strangers.append(members[index].id) }
            }
            if members[index].syncing?.connection == connection {
                members[index].syncing = nil
                members[index].sessionDeadline = now + members[index].sessionTimeout
            }
        }
        let before = pending.count
        pending.removeAll { $0.connection == connection }
        if !strangers.isEmpty { return remove(strangers, now) }
        return before == pending.count ? [] : completeIfReady(now)
    }

    mutating func touch(_ index: Int, _ now: Int64) {
        members[index].sessionDeadline = now + members[index].sessionTimeout
    }

    /// Why the pair of ids is not the one that is in the group; nil if nothing speaks against it.
    func identify(memberID: String, instanceID: String?) -> BrokerFault? {
        guard let instanceID else { return nil }
        guard let member = members.first(where: { $0.instanceID == instanceID }) else { return .unknownMemberID }
        return member.id == memberID ? nil : .fencedInstanceID
    }
}
