import Core
import GatewayDomain
import Testing

@Suite struct TokenLeaseTests {
    private func moment(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }

    /// Asks once; gives how many tokens that drew, 0 when one was there.
    private func ask(_ lease: inout TokenLease, at now: Instant) -> Int {
        if lease.take(at: now) { return 0 }
        let draw = lease.draw(at: now)
        lease.drawn(draw.count, by: draw, at: now)
        return draw.count
    }

    @Test func `who uses tokens up draws more at once, up to a tenth of a second's`() {
        var lease = TokenLease(rate: 200)
        let drawn = (0..<1000).map { ask(&lease, at: moment(Int64($0))) }
        #expect(drawn.filter { $0 > 0 }.prefix(6) == [1, 2, 4, 8, 16, 20])
        #expect(drawn.allSatisfy { $0 <= 20 })
        #expect((1000...1020).contains(drawn.reduce(0, +)))
        var fast = TokenLease(rate: 1e6)
        let most = (0..<1000).map { _ in ask(&fast, at: moment(0)) }.max()
        #expect(most == TokenLease.most)
    }

    @Test func `who sends little draws one by one and loses none`() {
        var lease = TokenLease(rate: 1000)
        let drawn = (0..<20).map { ask(&lease, at: moment($0 * 150)) }
        #expect(drawn == Array(repeating: 1, count: 20))
    }

    @Test func `what is not used in time is not used later, and less is drawn then`() {
        var lease = TokenLease(rate: 1000)
        let before = (0..<7).map { ask(&lease, at: moment($0)) }
        #expect(before == [1, 2, 0, 4, 0, 0, 0])
        // The last one is after the clock was put back by an hour.
        let later = [10, 200, 200 - 3_600_000].map { ask(&lease, at: moment($0)) }
        #expect(later == [8, 4, 2])
    }

    @Test func `only one draws ahead at a time, and a refusal leaves nothing`() {
        var lease = TokenLease(rate: 1000)
        _ = (0..<3).map { ask(&lease, at: moment($0)) }
        let first = lease.draw(at: moment(3))
        let second = lease.draw(at: moment(3))
        #expect([first.count, second.count] == [4, 1])
        lease.drawn(1, by: second, at: moment(4))
        let meanwhile = lease.take(at: moment(4))
        lease.drawn(0, by: first, at: moment(5))
        let afterwards = lease.take(at: moment(5))
        #expect(!meanwhile && !afterwards)
    }
}
