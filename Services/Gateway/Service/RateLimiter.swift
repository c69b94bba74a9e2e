import Core
import GatewayDomain
import Redis
import Synchronization

/// Holds each tenant to its rate: across replicas while Redis answers, within this process otherwise.
final class RateLimiter: Sendable {
    /// Keeps tokens and the moment of the last look; gives the microseconds to wait, 0 when a token was taken.
    /// By Redis' own clock: replicas whose clocks differ would fill the bucket again and again, or one that is ahead
    /// would keep it from being filled.
    private static let script = """
        local rate, burst, time = tonumber(ARGV[1]), tonumber(ARGV[2]), redis.call('TIME')
        local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
        local stored = redis.call('HMGET', KEYS[1], 'tokens', 'seen')
        local tokens, seen = tonumber(stored[1]) or burst, tonumber(stored[2]) or now
        tokens = math.min(burst, tokens + math.max(0, now - seen) * rate / 1000000)
        local wait = 0
        if tokens >= 1 then tokens = tokens - 1 else wait = math.ceil((1 - tokens) / rate * 1000000) end
        redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'seen', string.format('%.0f', now))
        redis.call('PEXPIRE', KEYS[1], math.ceil(burst / rate * 1000) + 1000)
        return wait
        """

    private let rate: Double
    private let burst: Double
    private let redis: RedisClient?
    private let clock: any WallClock
    private let buckets = Mutex<[String: TokenBucket]>([:])

    init(rate: Double, burst: Double, redis: RedisClient?, clock: any WallClock) {
        (self.rate, self.burst, self.redis, self.clock) = (rate, burst, redis, clock)
    }

    /// Takes a token of the tenant; otherwise says how long to wait.
    func take(_ tenant: String) async -> Duration? {
        if let redis {
            let arguments = ["\(rate)", "\(burst)"].map { Array($0.utf8) }
            let answer = try? await redis.evaluate(
                Self.script, keys: ["cadenza:gateway:rate:\(tenant)"], arguments: arguments)
            if case .integer(let wait) = answer { return wait > 0 ? .microseconds(wait) : nil }
        }
        let now = clock.now()
        return buckets.withLock { buckets in
            var bucket = buckets[tenant] ?? TokenBucket(rate: rate, burst: burst, now: now)
            defer { buckets[tenant] = bucket }
            return bucket.take(at: now)
        }
    }
}
