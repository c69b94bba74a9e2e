import Core
import Testing

@testable import HTTP

@Suite("Who waits for a connection")
struct TransferLinesTests {
    private final class One: Queued {
        let (number, place, deadline): (Int, String, ContinuousClock.Instant)
        var isOver = false

        init(_ number: Int, _ place: String, _ deadline: ContinuousClock.Instant) {
            (self.number, self.place, self.deadline) = (number, place, deadline)
        }
    }

    @Test(
        "never more than the limit, first come first served, whatever ends, is called off or is late", arguments: 1...50
    )
    func turns(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (limit, start) = (1 + Int(random.next() % 4), ContinuousClock.now)
        var lines = TransferLines<One>(limit: limit)
        var (active, waiting): ([One], [One]) = ([], [])
        for number in 0..<400 {
            let now = start + .milliseconds(number)
            switch random.next() % 8 {
            case 0..<4:
                let late = Duration.milliseconds(Int(random.next() % 300))
                let one = One(number, "h\(random.next() % 3)", now + late)
                let isFree = active.count { $0.place == one.place } < limit
                #expect(lines.admit(one) == isFree)
                if isFree { active.append(one) } else { waiting.append(one) }
            case 4, 5:
                guard !active.isEmpty else { continue }
                let ended = active.remove(at: Int(random.next() % UInt64(active.count)))
                let expected = waiting.firstIndex { $0.place == ended.place }.map { waiting.remove(at: $0) }
                #expect(lines.end(at: ended.place)?.number == expected?.number)
                if let expected { active.append(expected) }
            case 6:
                guard !waiting.isEmpty else { continue }
                waiting.remove(at: Int(random.next() % UInt64(waiting.count))).isOver = true
            default:
                let overdue = lines.takeOverdue(at: now).map(\.number).sorted()
                #expect(overdue == waiting.filter { $0.deadline <= now }.map(\.number))
                waiting.removeAll { $0.deadline <= now }
                if let earliest = waiting.map(\.deadline).min() {
                    #expect(lines.nextLook.map { $0 <= earliest } == true)
                }
            }
        }
        #expect(lines.takeOverdue(at: nil).map(\.number).sorted() == waiting.map(\.number))
        #expect(lines.nextLook == nil)
    }
}
