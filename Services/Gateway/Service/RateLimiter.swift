import Core
import GatewayDomain
import Redis
import Synchronization

/// Holds each tenant to its rate: across replicas while Redis answers, within this process otherwise.
final class RateLimiter: Sendable {
    /// Keeps tokens and the moment of the last look; gives how many were taken, or less than 0: the microseconds to
    /// wait.
    /// By Redis' own clock: replicas whose clocks differ would fill the bucket again and again, or one that is ahead
    /// would keep it from being filled.
    private static let script = """
        local rate, burst, asked = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local time = redis.call('TIME')
        local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
        local stored = redis.call('HMGET', KEYS[1], 'tokens', 'seen')
        local tokens, seen = tonumber(stored[1]) or burst, tonumber(stored[2]) or now
        tokens = math.min(burst, tokens + math.max(0, now - seen) * rate / 1000000)
        local given = math.min(asked, math.floor(tokens))
        local answer = given
        if given >= 1 then tokens = tokens - given else answer = -math.ceil((1 - tokens) / rate * 1000000) end
        redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'seen', string.format('%.0f', now))
        redis.call('PEXPIRE', KEYS[1], math.ceil(burst / rate * 1000) + 1000)
        return answer
        """

    private let rate: Double
    private let burst: Double
    private let redis: RedisClient?
    private let clock: any WallClock
    private let buckets = Mutex<[String: TokenBucket]>([:])
    private let leases = Mutex<[String: TokenLease]>([:])

    init(rate: Double, burst: Double, redis: RedisClient?, clock: any WallClock) {
        (self.rate, self.burst, self.redis, self.clock) = (rate, burst, redis, clock)
    }

    /// Takes a token of the tenant; otherwise says how long to wait.
    func take(_ tenant: String) async -> Duration? {
        let now = clock.now()
        if let redis {
            guard let draw = draw(tenant, at: now) else { return nil }
            let arguments = ["\(rate)", "\(burst)", "\(draw.count)"].map { Array($0.utf8) }
            let answer = try? await redis.evaluate(
                Self.script, keys: ["cadenza:gateway:rate:\(tenant)"], arguments: arguments)
            let given = answer?.integer ?? 0
            leases.withLock { $0[tenant]?.drawn(Int(max(0, given)), by: draw, at: clock.now()) }
            if given != 0 { return given > 0 ? nil : .microseconds(-given) }
        }
        return buckets.withLock { buckets in
            var bucket = buckets[tenant] ?? TokenBucket(rate: rate, burst: burst, now: now)
            defer { buckets[tenant] = bucket }
            return bucket.take(at: now)
        }
    }

    /// What is to be drawn from the common bucket; nil when a token was drawn before.
    private func draw(_ tenant: String, at now: Instant) -> TokenLease.Draw? {
        leases.withLock { leases in
            var lease = leases[tenant] ?? TokenLease(rate: rate)
            defer { leases[tenant] = lease }
            return lease.take(at: now) ? nil : lease.draw(at: now)
        }
    }
}
