import LocalBrokerDomain
import Testing

/// Clients that come, go, fall silent and come back at random, against the coordinator alone.
@Suite struct GroupChaosTests {
    /// What one client believes.
    private struct Client {
        var id = ""
        var generation: Int32 = -1
        var isMember = false
        var waiting: GroupTicket?
        var hasLeft = false
        var isSilent = false
        var part: [UInt8] = []
    }

    private struct World {
        var group = GroupMachine(initialDelay: 20)
        var clients: [Client]
        var random: SeededRandom
        var now: Int64 = 0
        var slot: UInt64 = 0
        var answered: Set<GroupTicket> = []
        var asked: Set<GroupTicket> = []
        var highest: Int32 = 0

        mutating func ticket(_ client: Int) -> GroupTicket {
            slot += 1
            let ticket = GroupTicket(connection: UInt64(client), slot: slot)
            asked.insert(ticket)
            return ticket
        }

        mutating func join(_ index: Int) {
            let ticket = ticket(index)
            clients[index].waiting = ticket
            clients[index].isMember = false
            let request = GroupJoin(
                memberID: clients[index].id, instanceID: nil, clientID: "c", clientHost: "h", protocolType: "consumer",
                protocols: [GroupProtocol(name: "range", metadata: [])], sessionTimeout: 1000, rebalanceTimeout: 3000,
                takesMemberID: true, freshMemberID: "m\(slot)", ticket: ticket)
            perform(group.join(request, now: now))
        }

        mutating func perform(_ actions: [GroupAction]) {
            for action in actions {
                switch action {
                case .answerJoin(let ticket, let joined): didJoin(ticket, joined)
                case .answerSync(let ticket, let synced): didSync(ticket, synced)
                }
            }
        }

        mutating func didJoin(_ ticket: GroupTicket, _ joined: GroupJoined) {
            #expect(answered.insert(ticket).inserted, "answered twice")
            let index = Int(ticket.connection)
            guard clients[index].waiting == ticket else { return }
            clients[index].waiting = nil
            switch joined.fault {
            case .none:
                #expect(joined.generation >= highest, "generations go up")
                highest = joined.generation
                (clients[index].id, clients[index].generation) = (joined.memberID, joined.generation)
                let ticket = self.ticket(index)
                clients[index].waiting = ticket
                let parts = joined.members.map { (memberID: $0.id, assignment: Array($0.id.utf8)) }
                perform(
                    group.sync(
                        memberID: joined.memberID, instanceID: nil, generation: joined.generation, assignments: parts,
                        ticket: ticket, now: now))
            case .memberIDRequired: clients[index].id = joined.memberID
            default: clients[index].id = ""
            }
        }

        mutating func didSync(_ ticket: GroupTicket, _ synced: GroupSynced) {
            #expect(answered.insert(ticket).inserted, "answered twice")
            let index = Int(ticket.connection)
            guard clients[index].waiting == ticket else { return }
            clients[index].waiting = nil
            if synced.fault == .none {
                clients[index].isMember = true
                clients[index].part = synced.assignment
            } else if synced.fault != .rebalanceInProgress {
                clients[index].id = ""
            }
        }

        /// A client does what a real one would do next.
        mutating func step(_ index: Int) {
            let client = clients[index]
            guard !client.hasLeft, !client.isSilent, client.waiting == nil else { return }
            guard client.isMember else { return join(index) }
            switch group.heartbeat(memberID: client.id, instanceID: nil, generation: client.generation, now: now) {
            case .none: break
            case .rebalanceInProgress: join(index)
            default:
                clients[index].id = ""
                join(index)
            }
        }

        mutating func disturb(_ index: Int) {
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where !clients[index].hasLeft && clients[index].waiting == nil && clients[index].isMember:
                perform(group.leave(memberID: clients[index].id, instanceID: nil, now: now).actions)
                clients[index] = Client(hasLeft: true)
            case 1: clients[index].hasLeft = false
            case 2: clients[index].isSilent.toggle()
            default:
                perform(group.connectionClosed(UInt64(index), now: now))
                clients[index].waiting = nil
                clients[index].isMember = false
            }
        }

        mutating func pass(_ time: Int64) {
            now += time
            perform(group.tick(now: now))
        }
    }

    @Test(arguments: 0..<100) func theGroupAlwaysSettles(seed: Int) {
        var world = World(clients: Array(repeating: Client(), count: 5), random: SeededRandom(seed))
        for _ in 0..<400 {
            let index = Int.random(in: 0..<5, using: &world.random)
            if Int.random(in: 0..<10, using: &world.random) == 0 { world.disturb(index) } else { world.step(index) }
            world.pass(Int64.random(in: 0...120, using: &world.random))
        }
        // Everybody behaves from now on.
        for index in 0..<5 { (world.clients[index].isSilent, world.clients[index].hasLeft) = (false, false) }
        for _ in 0..<200 {
            for index in 0..<5 { world.step(index) }
            world.pass(50)
        }
        #expect(world.group.state == .stable)
        #expect(world.group.members.count == 5)
        #expect(Set(world.clients.map(\.id)) == Set(world.group.members.map(\.id)))
        for client in world.clients {
            #expect(client.generation == world.group.generation)
            #expect(client.part == Array(client.id.utf8), "each has his own part")
        }
    }
}
