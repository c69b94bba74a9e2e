import Core
import Redis
import TestKit
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct RateLimiterTests {
    @Test func `two replicas share what a tenant may send, and another tenant has its own`() async throws {
        let server = try await TestServers.shared.blocking { try RedisServer() }
        let clients = try (0..<2).map { _ in RedisClient(try RedisConfiguration(url: server.url)) }
        try await eventually("the server answers") { (try? await clients[0].ping()) != nil }
        // A token comes back in ten seconds, so what passes is what was there at first.
        let replicas = clients.map { RateLimiter(rate: 0.1, burst: 50, redis: $0, clock: SystemClock()) }
        let passed = try await withThrowingTaskGroup(of: Int.self) { group in
            for replica in replicas {
                group.addTask {
                    var passed = 0
                    for _ in 0..<60 where await replica.take("a") == nil { passed += 1 }
                    return passed
                }
            }
            return try await group.reduce(0, +)
        }
        #expect((50...55).contains(passed))
        let wait = try #require(await replicas[0].take("a"))
        #expect(wait > .zero && wait <= .seconds(10))
        #expect(await replicas[1].take("b") == nil)
        for client in clients { await client.close() }
        try await TestServers.shared.blocking { server.stop() }
    }

    @Test func `a fast sender asks Redis for many at once and passes no more than its burst`() async throws {
        let server = try await TestServers.shared.blocking { try RedisServer() }
        let client = RedisClient(try RedisConfiguration(url: server.url))
        try await eventually("the server answers") { (try? await client.ping()) != nil }
        let limiter = RateLimiter(rate: 1000, burst: 2000, redis: client, clock: SystemClock())
        let before = try await calls(client)
        let start = ContinuousClock.now
        var passed = 0
        for _ in 0..<4000 where await limiter.take("a") == nil { passed += 1 }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        #expect(Double(passed) <= 2001 + 1000 * seconds)
        #expect(passed >= 1900)
        // Without drawing ahead each of the first 2,000 would be a call.
        #expect(try await calls(client) - before < 4000 - 1500)
        await client.close()
        try await TestServers.shared.blocking { server.stop() }
    }

    /// How many scripts the server has run.
    private func calls(_ client: RedisClient) async throws -> Int64 {
        let script = """
            local line = string.match(redis.call('INFO', 'commandstats'), 'cmdstat_eval:calls=(%d+)')
            return tonumber(line or 0)
            """
        return try #require(try await client.evaluate(script, keys: [], arguments: []).integer)
    }
}
