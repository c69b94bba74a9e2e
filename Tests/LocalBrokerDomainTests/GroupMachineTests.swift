import LocalBrokerDomain
import Testing

@Suite struct GroupMachineTests {
    private func join(
        _ id: String = "", instance: String? = nil, slot: UInt64, protocols: [String] = ["range"], fresh: String = "m",
        metadata: [UInt8] = [], connection: UInt64 = 1, takesID: Bool = false
    ) -> GroupJoin {
        GroupJoin(
            memberID: id, instanceID: instance, clientID: "c", clientHost: "h", protocolType: "consumer",
            protocols: protocols.map { GroupProtocol(name: $0, metadata: metadata) }, sessionTimeout: 1000,
            rebalanceTimeout: 5000, takesMemberID: takesID, freshMemberID: fresh,
            ticket: GroupTicket(connection: connection, slot: slot))
    }

    private func joins(_ actions: [GroupAction]) -> [GroupJoined] {
        actions.compactMap { if case .answerJoin(_, let joined) = $0 { joined } else { nil } }
    }

    private func syncs(_ actions: [GroupAction]) -> [GroupSynced] {
        actions.compactMap { if case .answerSync(_, let synced) = $0 { synced } else { nil } }
    }

    /// A group of `a` and `b`, both assigned, at time 0.
    private func pair(instances: Bool = false) -> GroupMachine {
        var group = GroupMachine(initialDelay: 0)
        _ = group.join(join(instance: instances ? "ia" : nil, slot: 1, fresh: "a"), now: 0)
        _ = group.sync(
            memberID: "a", instanceID: nil, generation: 1, assignments: [("a", [1])],
            ticket: GroupTicket(connection: 1, slot: 2), now: 0)
        _ = group.join(join(instance: instances ? "ib" : nil, slot: 3, fresh: "b"), now: 0)
        _ = group.join(join("a", instance: instances ? "ia" : nil, slot: 4), now: 0)
        for (id, slot) in [("b", UInt64(5)), ("a", 6)] {
            _ = group.sync(
                memberID: id, instanceID: nil, generation: 2, assignments: id == "a" ? [("a", [1]), ("b", [2])] : [],
                ticket: GroupTicket(connection: 1, slot: slot), now: 0)
        }
        #expect(group.state == .stable)
        return group
    }

    @Test func theFirstRebalanceWaitsForMoreMembers() {
        var group = GroupMachine(initialDelay: 100)
        #expect(group.join(join(slot: 1, fresh: "a"), now: 0).isEmpty)
        #expect(group.join(join(slot: 2, fresh: "b"), now: 50).isEmpty)
        #expect(group.nextDeadline == 100)
        let answers = joins(group.tick(now: 100))
        #expect(answers.map(\.generation) == [1, 1])
        #expect(answers.map { $0.members.count } == [2, 0], "only the leader sees the members")
    }

    @Test func aClientThatCanIsGivenItsIdFirst() {
        var group = GroupMachine(initialDelay: 0)
        let first = joins(group.join(join(slot: 1, fresh: "a", takesID: true), now: 0))
        #expect(first.map(\.fault) == [.memberIDRequired])
        #expect(first.map(\.memberID) == ["a"])
        #expect(joins(group.join(join("a", slot: 2), now: 0)).map(\.fault) == [BrokerFault.none])
        #expect(joins(group.join(join("stranger", slot: 3), now: 0)).map(\.fault) == [.unknownMemberID])
    }

    @Test func aSilentMemberIsEvictedAndTheOthersRebalance() {
        var group = pair()
        #expect(group.heartbeat(memberID: "a", instanceID: nil, generation: 2, now: 900) == .none)
        #expect(group.nextDeadline == 1000)
        _ = group.tick(now: 1000)
        #expect(group.members.map(\.id) == ["a"])
        #expect(group.heartbeat(memberID: "a", instanceID: nil, generation: 2, now: 1001) == .rebalanceInProgress)
        let answer = joins(group.join(join("a", slot: 9), now: 1002))
        #expect(answer.map(\.generation) == [3])
        #expect(answer.first?.leader == "a")
    }

    @Test func whoDoesNotComeBackToARebalanceIsLeftOut() {
        var group = pair()
        _ = group.join(join(slot: 9, fresh: "c"), now: 100)
        for time in stride(from: Int64(500), through: 5000, by: 500) {
            _ = group.heartbeat(memberID: "a", instanceID: nil, generation: 2, now: time)
            _ = group.heartbeat(memberID: "b", instanceID: nil, generation: 2, now: time)
        }
        #expect(joins(group.tick(now: 5099)).isEmpty)
        let answers = joins(group.tick(now: 5100))
        #expect(answers.map(\.memberID) == ["c"])
        #expect(group.members.map(\.id) == ["c"])
    }

    @Test func aLeaderThatDoesNotAssignIsLeftOut() {
        var group = GroupMachine(initialDelay: 0)
        _ = group.join(join(slot: 1, fresh: "a"), now: 0)
        _ = group.join(join(slot: 2, fresh: "b"), now: 0)
        _ = group.join(join("a", slot: 3), now: 0)
        let waiting = group.sync(
            memberID: "b", instanceID: nil, generation: 2, assignments: [], ticket: GroupTicket(connection: 1, slot: 4),
            now: 0)
        #expect(waiting.isEmpty)
        #expect(syncs(group.tick(now: 1000)).map(\.fault) == [.rebalanceInProgress])
        #expect(group.members.map(\.id) == ["b"])
    }

    @Test func aStaticMemberComesBackWithoutDisturbingTheOthers() {
        var group = pair(instances: true)
        let answers = joins(group.join(join(instance: "ib", slot: 20, fresh: "b2"), now: 10))
        #expect(answers.map(\.generation) == [2])
        #expect(group.state == .stable)
        let part = group.sync(
            memberID: "b2", instanceID: "ib", generation: 2, assignments: [],
            ticket: GroupTicket(connection: 2, slot: 1), now: 11)
        #expect(syncs(part).map(\.assignment) == [[2]])
        #expect(group.heartbeat(memberID: "b", instanceID: "ib", generation: 2, now: 12) == .fencedInstanceID)
        #expect(group.mayCommit(memberID: "b", instanceID: "ib", generation: 2, now: 12) == .fencedInstanceID)
    }

    @Test func commitsAreForMembersOfThisGenerationOrForNobodysGroup() {
        var group = pair()
        #expect(group.mayCommit(memberID: "a", instanceID: nil, generation: 2, now: 1) == .none)
        #expect(group.mayCommit(memberID: "a", instanceID: nil, generation: 1, now: 1) == .illegalGeneration)
        #expect(group.mayCommit(memberID: "x", instanceID: nil, generation: 2, now: 1) == .unknownMemberID)
        #expect(group.mayCommit(memberID: "", instanceID: nil, generation: -1, now: 1) == .unknownMemberID)
        var empty = GroupMachine(initialDelay: 0)
        #expect(empty.mayCommit(memberID: "", instanceID: nil, generation: -1, now: 1) == .none)
    }

    @Test func theAssignorIsOneThatAllKnow() {
        var group = GroupMachine(initialDelay: 50)
        _ = group.join(join(slot: 1, protocols: ["sticky", "range"], fresh: "a"), now: 0)
        _ = group.join(join(slot: 2, protocols: ["range", "roundrobin"], fresh: "b"), now: 0)
        let refused = joins(group.join(join(slot: 3, protocols: ["other"], fresh: "c"), now: 0))
        #expect(refused.map(\.fault) == [.inconsistentGroupProtocol])
        #expect(joins(group.tick(now: 50)).map(\.protocolName) == ["range", "range"])
    }

    @Test func aClientThatGoesWhileJoiningDoesNotHoldUpTheRest() {
        var group = GroupMachine(initialDelay: 100)
        _ = group.join(join(slot: 1, fresh: "a", connection: 1), now: 0)
        _ = group.join(join(slot: 1, fresh: "b", connection: 2), now: 0)
        _ = group.connectionClosed(2, now: 10)
        #expect(joins(group.tick(now: 100)).map(\.memberID) == ["a"])
    }
}
