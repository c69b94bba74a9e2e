import AgentWorkerDomain
import Core
import Testing

@Suite struct OccupancyTests {
    private func places(_ capacity: Int, _ weights: [String: Int] = [:]) -> Occupancy {
        var places = Occupancy(weights: TenantWeights(weights))
        places.capacity = capacity
        return places
    }

    @Test func `a tenant alone has all places but the last sixteenth, which is for those that hold less`() {
        var places = places(32)
        #expect(places.take(forNew: ["a": 50]) == ["a": 30])
        #expect(places.take(forNew: ["a": 1]) == [:])
        #expect(places.take(forNew: ["b": 1]) == ["b": 1])
        #expect(places.take(forNew: ["b": 5]) == ["b": 1])
        #expect(places.room == 0)
    }

    @Test func `few places are kept from nobody`() {
        var places = places(5)
        #expect(places.take(forNew: ["a": 50]) == ["a": 5])
    }

    @Test func `new tasks of a tenant get half of what others leave while some of its wait in the table`() {
        var places = places(10)
        places.note(waiting: ["a"])
        #expect(places.take(forNew: ["a": 9, "b": 3]) == ["a": 3, "b": 3])
        #expect(places.takeForWaiting() == ["a": 4])
        // These are being looked for.
        places.free(["a": 4])
        #expect(places.take(forNew: ["a": 9]) == ["a": 2])
    }

    @Test func `patience lasts while tasks end at once, and is tried again after polls in vain`() {
        var patience = Patience()
        #expect(patience.limit == patience.most)
        #expect(patience.surplus == 4)
        patience.note(ended: 0, missed: 2)
        #expect(patience.limit == patience.most / 2)
        #expect(patience.surplus == 16)
        for _ in 2...15 { patience.note(ended: 0, missed: 2) }
        #expect(patience.limit < .milliseconds(1))
        patience.note(ended: 0, missed: 2)
        #expect(patience.limit == patience.most)
        patience.note(ended: 0, missed: 2)
        #expect(patience.limit < .milliseconds(1))
        patience.note(ended: 0, missed: 0)
        #expect(patience.limit < .milliseconds(1))
        patience.note(ended: 1, missed: 1)
        #expect(patience.limit == patience.most)
    }

    @Test func `free places go to those that wait by their weights`() {
        var places = places(12, ["b": 2])
        places.note(waiting: ["a", "b"])
        #expect(places.takeForWaiting() == ["a": 4, "b": 8])
    }

    @Test func `a look is worth while with room for many, or for one that has nothing`() {
        var places = places(16)
        #expect(!places.isWorthALook)
        _ = places.take(forNew: ["a": 16])
        places.note(waiting: ["a"])
        #expect(places.room == 1)
        #expect(!places.isWorthALook)
        places.note(waiting: ["b"])
        #expect(places.isWorthALook)
        #expect(places.takeForWaiting() == ["b": 1])
        places.free(["a": 5])
        #expect(places.isWorthALook)
    }

    @Test func `places given back are free again`() {
        var places = places(4)
        let taken = places.take(forNew: ["a": 2, "b": 9])
        places.free(taken)
        #expect((places.taken, places.room) == (0, 4))
    }

    /// Whatever comes and goes: never more than there are, and nobody waits while a place is free that it may have.
    @Test func `no place is taken twice or left empty before those that wait`() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<200 {
            let capacity = Int.random(in: 1...40, using: &random)
            var places = places(capacity)
            var held: [String: Int] = [:]
            for _ in 0..<100 {
                let tenant = "t\(Int.random(in: 0...4, using: &random))"
                switch Int.random(in: 0...3, using: &random) {
                case 0: places.note(waiting: [tenant])
                case 1: held.merge(places.take(forNew: [tenant: Int.random(in: 1...9, using: &random)])) { $0 + $1 }
                case 2:
                    held.merge(places.takeForWaiting()) { $0 + $1 }
                    if places.hasMore { #expect(places.room <= capacity / 16) }
                default:
                    if let count = held.removeValue(forKey: tenant) { places.free([tenant: count]) }
                }
                #expect(places.taken == held.values.reduce(0, +))
                #expect(places.taken <= capacity)
            }
        }
    }
}
