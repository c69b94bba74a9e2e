import Core
import OrchestratorDomain
import Testing

@Suite struct TimerPassTests {
    private enum Kind: CaseIterable { case sound, unreadable, held }

    @Test(arguments: 1...100) func `every sound timer fires within one pass, whatever stands before it`(
        seed: UInt64
    ) {
        var random = SplitMix64(seed: seed)
        let plan = TimerPlan(batch: Int.random(in: 1...5, using: &random))
        var kinds: [String: Kind] = [:]
        var due: [TimerPass.Position] = []
        for number in 0..<Int.random(in: 0...40, using: &random) {
            let position = TimerPass.Position(
                due: now - .seconds(Int.random(in: 0...5, using: &random)), id: "\(number)")
            due.append(position)
            kinds[position.id] = Kind.allCases.randomElement(using: &random)
        }
        due.sort { ($0.due, $0.id) < ($1.due, $1.id) }
        var pass = TimerPass(plan)
        var tries: [String: Int] = [:]
        // The second pass finds what the first could not fire; the third is after the patience.
        for moment in [now, now + .seconds(1), now + TimerPass.patience] {
            // A full look that has fired all it found is not known to be followed by others.
            for _ in 0...41 {
                pass.begin(now: moment)
                let wait = pass.end(look(&pass, plan, &due, kinds, &tries), now: moment)
                guard wait == .zero else { break }
            }
            #expect(pass.after == nil)
            #expect(!due.contains { kinds[$0.id] == .sound })
        }
        for (id, kind) in kinds where kind == .unreadable {
            #expect((0...2).contains(tries[id] ?? 0), "\(id) was read \(tries[id] ?? 0) times")
        }
    }

    @Test func `a process that reads all begins at the earliest timer each time`() {
        var pass = TimerPass(TimerPlan(batch: 2))
        pass.begin(now: now)
        var look = TimerPass.Look()
        (look.found, look.taken, look.last) = (2, 2, .init(due: now, id: "b"))
        #expect(pass.end(look, now: now) == .zero)
        #expect(pass.after == nil)
    }

    @Test func `what others held during a pass is looked at again soon`() {
        var pass = TimerPass(TimerPlan(batch: 2, contended: .milliseconds(7)))
        pass.begin(now: now)
        var look = TimerPass.Look()
        (look.found, look.last) = (2, .init(due: now, id: "b"))
        look.leave("e")
        #expect(pass.end(look, now: now) == .zero)
        #expect(pass.after?.id == "b")
        pass.begin(now: now + .seconds(1))
        #expect(pass.moment == now)
        #expect(pass.end(TimerPass.Look(), now: now) == .milliseconds(7))
        #expect(pass.after == nil)
    }

    private let now = Instant(microseconds: 1_800_000_000_000_000)

    /// A look at `due`; what fires is gone from it.
    private func look(
        _ pass: inout TimerPass, _ plan: TimerPlan, _ due: inout [TimerPass.Position], _ kinds: [String: Kind],
        _ tries: inout [String: Int]
    ) -> TimerPass.Look {
        let rest = due.filter { one in pass.after.map { ($0.due, $0.id) < (one.due, one.id) } ?? true }
        let found = rest.prefix(plan.batch)
        var look = TimerPass.Look()
        (look.found, look.last) = (found.count, found.last)
        for timer in found {
            switch kinds[timer.id] {
            case .unreadable? where pass.leavesOut(timer.id): look.left += 1
            case .unreadable?:
                look.leave(timer.id)
                tries[timer.id, default: 0] += 1
            case .sound?:
                look.taken += 1
                due.removeAll { $0.id == timer.id }
            case .held?, nil: break
            }
        }
        return look
    }
}
