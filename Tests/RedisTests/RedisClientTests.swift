import Core
import TestKit
import Testing

@testable import Redis

/// A client of a server of its own that answers already.
private func withRedis(_ body: (RedisClient, RedisServer) async throws -> Void) async throws {
    let server = try await TestServers.shared.blocking { try RedisServer() }
    var configuration = try RedisConfiguration(url: server.url + "/3")
    configuration.backoff = RetryPolicy(base: .milliseconds(5), cap: .milliseconds(20))
    let client = RedisClient(configuration)
    try await eventually("the server answers") { (try? await client.ping()) != nil }
    try await body(client, server)
    await client.close()
    try await TestServers.shared.blocking { server.stop() }
}

@Suite("The Redis client", .timeLimit(.minutes(5)))
struct RedisClientTests {
    @Test("Values of any bytes come back, missing ones are nil")
    func values() async throws {
        try await withRedis { (client, _) async throws in
            #expect(try await client.get("k") == nil)
            let bytes = (0...255).map { UInt8($0) }
            #expect(try await client.set("k", bytes))
            #expect(try await client.get("k") == bytes)
            #expect(try await client.set("empty", []))
            #expect(try await client.get("empty") == [])
            #expect(try await client.delete(["k", "nothing"]) == 1)
            #expect(try await client.increment("n", by: 5) == 5)
            #expect(try await client.increment("n") == 6)
        }
    }

    @Test("A value set only if absent leaves the present one; a value may expire")
    func conditions() async throws {
        try await withRedis { (client, _) async throws in
            #expect(try await client.set("k", [1], ifAbsent: true))
            #expect(try await client.set("k", [2], ifAbsent: true) == false)
            #expect(try await client.get("k") == [1])
            try await client.set("k", [3], expiresIn: .milliseconds(20))
            try await eventually("the value expires") { try await client.get("k") == nil }
        }
    }

    @Test("A thousand tasks at once each get their own answer")
    func pipelining() async throws {
        try await withRedis { (client, _) async throws in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<1000 {
                    group.addTask {
                        let value = Array(String(number).utf8)
                        try await client.set("k\(number)", value)
                        return try await client.get("k\(number)") == value
                    }
                }
                for try await isSame in group { #expect(isSame) }
            }
        }
    }

    @Test("Scripts run with keys and arguments; their lists come back")
    func scripts() async throws {
        try await withRedis { (client, _) async throws in
            let value = try await client.evaluate(
                "return {KEYS[1], ARGV[1], 7, false, redis.call('INCR', KEYS[1])}", keys: ["n"], arguments: [[65]])
            #expect(value == .array([.bytes([110]), .bytes([65]), .integer(7), .null, .integer(1)]))
        }
    }

    @Test("A refusal is typed, shows no value, and spares the commands beside it")
    func refusal() async throws {
        try await withRedis { (client, _) async throws in
            try await client.set("k", Array("topsecret".utf8))
            async let other = client.increment("n")
            let error = await #expect(throws: RedisError.self) { try await client.increment("k") }
            #expect(error?.code == .refused)
            #expect(error?.description == "redis refused: ERR")
            #expect(try await other == 1)
        }
    }

    @Test("While the server is down commands fail at once and typed; when it is back they work again")
    func reconnects() async throws {
        try await withRedis { (client, server) async throws in
            try await TestServers.shared.blocking { server.stop() }
            for _ in 0..<50 {
                let error = await #expect(throws: RedisError.self) { try await client.ping() }
                // None of them has waited for an answer until its time was over.
                #expect(error?.code == .disconnected || error?.code == .unavailable)
                #expect(error?.isRetriable == true)
            }
            try await TestServers.shared.blocking { try server.start() }
            try await eventually("the client connects again") { (try? await client.ping()) != nil }
        }
    }

    @Test("A server that does not answer costs no more than the timeout, and later answers are not mixed up")
    func timeout() async throws {
        try await withRedis { (client, _) async throws in
            try await client.set("k", [1])
            let slow = "local t = redis.call('TIME') repeat local n = redis.call('TIME') until n[1] - t[1] > 1"
            let error = await #expect(throws: RedisError.self) { try await client.evaluate(slow) }
            #expect(error?.code == .timeout)
            try await eventually("the client goes on") { (try? await client.get("k")) == [1] }
        }
    }

    @Test("The URL gives host, port, login and database; others are refused")
    func urls() throws {
        let full = try RedisConfiguration(url: "redis://ann:p%40ss@cache:7000/2")
        #expect((full.host, full.port) == ("cache", 7000))
        #expect(full.user == "ann")
        #expect(full.password == "p@ss")
        #expect(full.database == 2)
        let bare = try RedisConfiguration(url: "redis://h")
        #expect(bare.port == 6379)
        for bad in ["http://h", "redis://", "redis://h:x", "redis://h/x"] {
            #expect(throws: RedisError.self) { try RedisConfiguration(url: bad) }
        }
    }
}
