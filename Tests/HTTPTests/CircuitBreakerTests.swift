import Core
import HTTP
import Testing

@Suite("Circuit breaker")
struct CircuitBreakerTests {
    private static let start = Instant(milliseconds: 0)

    @Test func `any sequence of calls keeps its promises`() {
        for seed in 0..<300 {
            var random = SplitMix64(seed: UInt64(seed))
            var settings = CircuitBreaker.Settings()
            settings.minimumCalls = Int.random(in: 1...6, using: &random)
            settings.window = settings.minimumCalls + Int.random(in: 0...10, using: &random)
            var breaker = CircuitBreaker(settings)
            var now = Self.start
            var probes = 0
            for _ in 0..<200 {
                now = now + .milliseconds(Int.random(in: 0...4000, using: &random))
                let wasOpen = breaker.isOpen
                switch breaker.admit(at: now) {
                case .refused(let until):
                    #expect(wasOpen, "a closed breaker refuses nobody")
                    #expect(until > now && until <= now + settings.openAtMost, "a refusal ends in bounded time")
                    var later = breaker
                    #expect(later.admit(at: until) == .allowed, "a probe is let through at the promised time")
                case .allowed:
                    if wasOpen {
                        probes += 1
                        var other = breaker
                        #expect(other.admit(at: now) != .allowed, "one probe at a time")
                    }
                    if Int.random(in: 0..<10, using: &random) == 0 { continue }
                    let success = Bool.random(using: &random)
                    breaker.record(success: success, at: now)
                    if wasOpen { #expect(breaker.isOpen == !success, "a probe decides") }
                }
            }
            #expect(probes > 0)
        }
    }

    @Test func `it opens on a share of failures, not on a few`() {
        var breaker = CircuitBreaker()
        for number in 0..<20 { breaker.record(success: number % 3 != 0, at: Self.start) }
        #expect(!breaker.isOpen)
        for _ in 0..<6 { breaker.record(success: false, at: Self.start) }
        #expect(breaker.isOpen)
    }

    @Test func `each failed probe doubles the wait up to the bound`() {
        var settings = CircuitBreaker.Settings()
        settings.minimumCalls = 1
        var breaker = CircuitBreaker(settings)
        var now = Self.start
        breaker.record(success: false, at: now)
        var waits: [Duration] = []
        for _ in 0..<6 {
            guard case .refused(let until) = breaker.admit(at: now) else { return #expect(Bool(false)) }
            waits.append(until - now)
            now = until
            #expect(breaker.admit(at: now) == .allowed)
            breaker.record(success: false, at: now)
        }
        #expect(waits == [5, 10, 20, 40, 60, 60].map { .seconds($0) })
    }
}
