extension GroupMachine {
    /// One member's part, as its leader decided.
    public typealias Assignment = (memberID: String, assignment: [UInt8])

    /// A member asks for its part; the leader brings everybody's.
    public mutating func sync(
        memberID: String, instanceID: String?, generation: Int32, assignments: [Assignment], ticket: GroupTicket,
        now: Int64
    ) -> [GroupAction] {
        if let fault = identify(memberID: memberID, instanceID: instanceID) {
            return [.answerSync(ticket, GroupSynced(fault))]
        }
        guard let index = index(of: memberID) else { return [.answerSync(ticket, GroupSynced(.unknownMemberID))] }
        guard generation == self.generation else { return [.answerSync(ticket, GroupSynced(.illegalGeneration))] }
        touch(index, now)
        switch state {
        case .empty: return [.answerSync(ticket, GroupSynced(.unknownMemberID))]
        case .preparing: return [.answerSync(ticket, GroupSynced(.rebalanceInProgress))]
        case .stable: return [.answerSync(ticket, synced(members[index]))]
        case .completing:
            var actions: [GroupAction] = []
            if let earlier = members[index].syncing {
                actions.append(.answerSync(earlier, GroupSynced(.rebalanceInProgress)))
            }
            members[index].syncing = ticket
            guard memberID == leader else { return actions }
            return actions + assign(assignments, now)
        }
    }

    private mutating func assign(_ assignments: [Assignment], _ now: Int64) -> [GroupAction] {
        state = .stable
        var actions: [GroupAction] = []
        for index in members.indices {
            members[index].assignment = assignments.first { $0.memberID == members[index].id }?.assignment ?? []
            guard let ticket = members[index].syncing else { continue }
            members[index].syncing = nil
            touch(index, now)
            actions.append(.answerSync(ticket, synced(members[index])))
        }
        return actions
    }

    private func synced(_ member: GroupMember) -> GroupSynced {
        var answer = GroupSynced(.none)
        answer.protocolType = protocolType
        answer.protocolName = protocolName
        answer.assignment = member.assignment
        return answer
    }
}
