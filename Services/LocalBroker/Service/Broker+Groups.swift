import LocalBrokerDomain

extension Broker {
    /// The session times that a member may ask for, in milliseconds.
    static let sessionTimeouts: ClosedRange<Int64> = 1000...1_800_000

    /// Changes a group and does what follows from it.
    func change(_ name: String, _ event: (inout GroupMachine) -> [GroupAction]) {
        var group = groups[name] ?? GroupMachine(initialDelay: configuration.initialRebalanceDelay)
        groups[name] = nil
        let actions = event(&group)
        groups[name] = group
        if let deadline = group.nextDeadline { nextGroupDeadline = min(nextGroupDeadline, deadline) }
        for action in actions { carryOut(action) }
        if group.isEmpty, group.state == .empty, offsets.groups[name] == nil { groups[name] = nil }
    }

    private func carryOut(_ action: GroupAction) {
        switch action {
        case .answerJoin(let ticket, let joined):
            guard let call = waitingCalls.removeValue(forKey: ticket) else { return }
            answer(call) { JoinGroupRequest.write(joined, &$0, call.version) }
        case .answerSync(let ticket, let synced):
            guard let call = waitingCalls.removeValue(forKey: ticket) else { return }
            answer(call) { SyncGroupRequest.write(synced, &$0, call.version) }
        }
    }

    /// Lets time pass for the groups.
    func tickGroups() {
        guard now >= nextGroupDeadline else { return }
        nextGroupDeadline = Int64.max
        for (name, group) in groups {
            guard let deadline = group.nextDeadline else { continue }
            if deadline <= now { change(name) { $0.tick(now: now) } }
            if let next = groups[name]?.nextDeadline { nextGroupDeadline = min(nextGroupDeadline, next) }
        }
    }

    func joinGroup(_ call: BrokerCall, _ request: JoinGroupRequest) {
        var fault: BrokerFault?
        if request.group.isEmpty { fault = .invalidGroupID }
        if !Self.sessionTimeouts.contains(request.sessionTimeout) { fault = .invalidSessionTimeout }
        if let fault {
            let refusal = GroupJoined(refusing: fault, memberID: request.memberID)
            return answer(call) { JoinGroupRequest.write(refusal, &$0, call.version) }
        }
        let prefix = request.instanceID ?? call.header.clientID
        let join = GroupJoin(
            memberID: request.memberID, instanceID: request.instanceID, clientID: call.header.clientID,
            clientHost: "/" + call.connection.peer, protocolType: request.protocolType, protocols: request.protocols,
            sessionTimeout: request.sessionTimeout, rebalanceTimeout: request.rebalanceTimeout,
            takesMemberID: call.version >= 4, freshMemberID: prefix + "-" + TopicID.fresh().text, ticket: call.ticket)
        waitingCalls[call.ticket] = call
        change(request.group) { $0.join(join, now: now) }
    }

    func syncGroup(_ call: BrokerCall, _ request: SyncGroupRequest) {
        waitingCalls[call.ticket] = call
        guard let group = groups[request.group] else {
            return carryOut(.answerSync(call.ticket, GroupSynced(.unknownMemberID)))
        }
        let isForeign = [(request.protocolType, group.protocolType), (request.protocolName, group.protocolName)]
            .contains { said, known in said != nil && known != nil && said != known }
        guard !isForeign else {
            return carryOut(.answerSync(call.ticket, GroupSynced(.inconsistentGroupProtocol)))
        }
        change(request.group) { group in
            group.sync(
                memberID: request.memberID, instanceID: request.instanceID, generation: request.generation,
                assignments: request.assignments, ticket: call.ticket, now: now)
        }
    }

    func heartbeat(_ call: BrokerCall, _ request: HeartbeatRequest) {
        var fault = BrokerFault.unknownMemberID
        if groups[request.group] != nil {
            change(request.group) { group in
                fault = group.heartbeat(
                    memberID: request.memberID, instanceID: request.instanceID, generation: request.generation,
                    now: now)
                return []
            }
        }
        answer(call) { writer in
            if call.version >= 1 { writer.int32(0) }
            writer.fault(fault)
            writer.tags()
        }
    }

    func leaveGroup(_ call: BrokerCall, _ request: LeaveGroupRequest) {
        var results: [(member: LeaveGroupRequest.Member, fault: BrokerFault)] = []
        for member in request.members {
            var fault = BrokerFault.unknownMemberID
            if groups[request.group] != nil {
                change(request.group) { group in
                    let left = group.leave(memberID: member.id, instanceID: member.instanceID, now: now)
                    fault = left.fault
                    return left.actions
                }
            }
            results.append((member, fault))
        }
        answer(call) { LeaveGroupRequest.write(.none, results, &$0, call.version) }
    }

    func findCoordinator(_ call: BrokerCall, _ reader: inout WireReader) {
        let isBatch = call.version >= 4
        var keys = isBatch ? [] : [reader.string()]
        let kind = call.version >= 1 ? reader.int8() : 0
        if isBatch { keys = reader.array { $0.string() } }
        let fault: BrokerFault = kind == 0 ? .none : .unsupportedVersion
        let message = kind == 0 ? nil : "The local broker coordinates consumer groups only, no transactions"
        let (host, port) = address(for: call.connection)
        answer(call) { writer in
            if call.version >= 1 { writer.int32(0) }
            func node(_ writer: inout WireWriter) {
                writer.int32(fault == .none ? LocalNode.id : -1)
                writer.string(fault == .none ? host : "")
                writer.int32(fault == .none ? port : -1)
            }
            if isBatch {
                writer.array(keys) { writer, key in
                    writer.string(key)
                    node(&writer)
                    writer.fault(fault)
                    writer.nullableString(message)
                    writer.tags()
                }
            } else {
                writer.fault(fault)
                if call.version >= 1 { writer.nullableString(message) }
                node(&writer)
            }
            writer.tags()
        }
    }

    /// What a client is told to connect to.
    func address(for connection: Connection) -> (host: String, port: Int32) {
        (
            configuration.advertisedHost ?? connection.localHost,
            Int32(configuration.advertisedPort ?? port)
        )
    }
}
