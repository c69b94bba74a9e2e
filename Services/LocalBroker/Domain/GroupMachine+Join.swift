extension GroupMachine {
    /// Somebody wants to join, or to join again.
    public mutating func join(_ request: GroupJoin, now: Int64) -> [GroupAction] {
        if let fault = mismatch(request) { return refuse(request, fault) }
        if request.instanceID != nil, let actions = joinStatic(request, now: now) { return actions }
        if request.memberID.isEmpty {
            guard request.takesMemberID, request.instanceID == nil else {
                return admit(request, as: request.freshMemberID, now: now)
            }
            pending.append(
                Pending(
                    id: request.freshMemberID, connection: request.ticket.connection,
                    deadline: now + request.sessionTimeout))
            return [
                .answerJoin(
                    request.ticket, GroupJoined(refusing: .memberIDRequired, memberID: request.freshMemberID))
            ]
        }
        if let place = pending.firstIndex(where: { $0.id == request.memberID }) {
            pending.remove(at: place)
            return admit(request, as: request.memberID, now: now)
        }
        guard let index = index(of: request.memberID) else { return refuse(request, .unknownMemberID) }
        return rejoin(request, index: index, now: now)
    }

    private func refuse(_ request: GroupJoin, _ fault: BrokerFault) -> [GroupAction] {
        [.answerJoin(request.ticket, GroupJoined(refusing: fault, memberID: request.memberID))]
    }

    /// Nil if the protocols offered go together with those of the members that would stay.
    private func mismatch(_ request: GroupJoin) -> BrokerFault? {
        guard !request.protocolType.isEmpty, !request.protocols.isEmpty else { return .inconsistentGroupProtocol }
        let others = members.filter { member in
            member.id != request.memberID && (request.instanceID == nil || member.instanceID != request.instanceID)
        }
        guard !others.isEmpty else { return nil }
        guard protocolType == request.protocolType else { return .inconsistentGroupProtocol }
        let common = request.protocols.contains { offered in
            others.allSatisfy { $0.protocols.contains { $0.name == offered.name } }
        }
        return common ? nil : .inconsistentGroupProtocol
    }

    /// A static member: known by its instance id. Nil if it is to be treated as any other.
    private mutating func joinStatic(_ request: GroupJoin, now: Int64) -> [GroupAction]? {
        guard let index = members.firstIndex(where: { $0.instanceID == request.instanceID }) else {
            return request.memberID.isEmpty ? nil : refuse(request, .unknownMemberID)
        }
        let oldID = members[index].id
        guard request.memberID.isEmpty else {
            return request.memberID == oldID ? nil : refuse(request, .fencedInstanceID)
        }
        var actions: [GroupAction] = []
        if let ticket = members[index].joining {
            actions.append(.answerJoin(ticket, GroupJoined(refusing: .fencedInstanceID, memberID: oldID)))
        }
        if let ticket = members[index].syncing { actions.append(.answerSync(ticket, GroupSynced(.fencedInstanceID))) }
        let isUnchanged = members[index].metadata(for: protocolName) == metadata(request, for: protocolName)
        let oldLeader = leader
        members[index].joining = nil
        members[index].syncing = nil
        members[index].id = request.freshMemberID
        if leader == oldID { leader = request.freshMemberID }
        if state == .stable, isUnchanged {
            update(index, from: request, now: now)
            // It is told the old leader's id, so that it does not take itself for the leader and assign anew.
            var answer = joined(members[index])
            answer.leader = oldLeader ?? ""
            answer.members = []
            return actions + [.answerJoin(request.ticket, answer)]
        }
        return actions + prepareFor(request, index: index, now: now)
    }

    private func metadata(_ request: GroupJoin, for name: String?) -> [UInt8] {
        request.protocols.first { $0.name == name }?.metadata ?? []
    }

    private mutating func update(_ index: Int, from request: GroupJoin, now: Int64) {
        members[index].clientID = request.clientID
        members[index].clientHost = request.clientHost
        members[index].protocols = request.protocols
        members[index].sessionTimeout = request.sessionTimeout
        members[index].rebalanceTimeout = request.rebalanceTimeout
        touch(index, now)
    }

    private mutating func admit(_ request: GroupJoin, as id: String, now: Int64) -> [GroupAction] {
        members.append(
            GroupMember(
                id: id, instanceID: request.instanceID, clientID: request.clientID, clientHost: request.clientHost,
                protocols: request.protocols, sessionTimeout: request.sessionTimeout,
                rebalanceTimeout: request.rebalanceTimeout, sessionDeadline: now + request.sessionTimeout))
        protocolType = request.protocolType
        return prepareFor(request, index: members.count - 1, now: now)
    }

    private mutating func rejoin(_ request: GroupJoin, index: Int, now: Int64) -> [GroupAction] {
        let isUnchanged = members[index].protocols == request.protocols
        switch state {
        case .completing where isUnchanged, .stable where isUnchanged && leader != request.memberID:
            // A repeated request, or one that brings nothing new: the present generation stands.
            update(index, from: request, now: now)
            return [.answerJoin(request.ticket, joined(members[index]))]
        case .empty, .preparing, .completing, .stable:
            return prepareFor(request, index: index, now: now)
        }
    }

    /// Notes the waiting request and sees to it that a rebalance is on.
    private mutating func prepareFor(_ request: GroupJoin, index: Int, now: Int64) -> [GroupAction] {
        update(index, from: request, now: now)
        protocolType = request.protocolType
        var actions: [GroupAction] = []
        if let earlier = members[index].joining, earlier != request.ticket {
            actions.append(
                .answerJoin(earlier, GroupJoined(refusing: .rebalanceInProgress, memberID: members[index].id)))
        }
        members[index].joining = request.ticket
        if case .preparing = state {} else { actions += prepare(now) }
        return actions + completeIfReady(now)
    }

    /// Begins a rebalance.
    mutating func prepare(_ now: Int64) -> [GroupAction] {
        var actions: [GroupAction] = []
        for index in members.indices {
            if let ticket = members[index].syncing {
                actions.append(.answerSync(ticket, GroupSynced(.rebalanceInProgress)))
                members[index].syncing = nil
                touch(index, now)
            }
        }
        let notBefore = state == .empty ? now + initialDelay : 0
        let patience = members.map(\.rebalanceTimeout).max() ?? 0
        state = .preparing(deadline: now + patience, notBefore: notBefore)
        return actions
    }

    /// Takes members out; the rest rebalances.
    mutating func remove(_ ids: [String], _ now: Int64) -> [GroupAction] {
        var actions: [GroupAction] = []
        for member in members where ids.contains(member.id) {
            if let ticket = member.joining {
                actions.append(.answerJoin(ticket, GroupJoined(refusing: .unknownMemberID, memberID: member.id)))
            }
            if let ticket = member.syncing { actions.append(.answerSync(ticket, GroupSynced(.unknownMemberID))) }
        }
        members.removeAll { ids.contains($0.id) }
        if let leader, ids.contains(leader) { self.leader = nil }
        if case .preparing = state {} else { actions += prepare(now) }
        return actions + completeIfReady(now)
    }

    /// Ends the joining phase if everybody is there or the time is up.
    mutating func completeIfReady(_ now: Int64) -> [GroupAction] {
        guard case .preparing(let deadline, let notBefore) = state else { return [] }
        guard deadline <= now || (hasEverybody && notBefore <= now) else { return [] }
        members.removeAll { $0.joining == nil && $0.instanceID == nil }
        guard members.contains(where: { $0.joining != nil }) else {
            if members.isEmpty {
                becomeEmpty()
            } else {
                // Only static members that have not come back: they have until their sessions end.
                state = .preparing(deadline: now + (members.map(\.rebalanceTimeout).max() ?? 0), notBefore: 0)
            }
            return []
        }
        generation = generation == Int32.max ? 1 : generation + 1
        protocolName = choice
        if !members.contains(where: { $0.id == leader && $0.joining != nil }) {
            leader = members.first { $0.joining != nil }?.id
        }
        state = .completing(deadline: now + (members.map(\.rebalanceTimeout).max() ?? 0))
        var actions: [GroupAction] = []
        for index in members.indices {
            members[index].assignment = []
            members[index].isNew = false
            guard let ticket = members[index].joining else { continue }
            members[index].joining = nil
            touch(index, now)
            actions.append(.answerJoin(ticket, joined(members[index])))
        }
        return actions
    }

    private mutating func becomeEmpty() {
        state = .empty
        generation = generation == Int32.max ? 1 : generation + 1
        protocolName = nil
        leader = nil
    }

    /// The assignor that all members know and most of them like best.
    private var choice: String? {
        let candidates = members[0].protocols.map(\.name).filter { name in
            members.allSatisfy { $0.protocols.contains { $0.name == name } }
        }
        let votes = members.compactMap { member in
            member.protocols.first { candidates.contains($0.name) }?.name
        }
        var best: (name: String, votes: Int)?
        for name in candidates {
            let count = votes.filter { $0 == name }.count
            if count > best?.votes ?? -1 { best = (name, count) }
        }
        return best?.name
    }

    private func joined(_ member: GroupMember) -> GroupJoined {
        var answer = GroupJoined(refusing: .none, memberID: member.id)
        answer.generation = generation
        answer.protocolType = protocolType
        answer.protocolName = protocolName
        answer.leader = leader ?? ""
        if member.id == leader {
            answer.members = members.map {
                GroupJoined.Member(
                    id: $0.id, instanceID: $0.instanceID, metadata: $0.metadata(for: protocolName))
            }
        }
        return answer
    }
}
