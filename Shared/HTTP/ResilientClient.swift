public import Core
import Synchronization

/// A client that gives a failing host time: retries with full jitter, a circuit breaker and a bulkhead a host, and an
/// egress allow-list in front.
public final class ResilientClient: Sendable {
    /// What it does about failures.
    public struct Policy: Sendable {
        /// How often and how far apart a request is tried again.
        public var retry = RetryPolicy(base: .milliseconds(200), cap: .seconds(10), limit: 3)
        /// When a host is left alone.
        public var breaker = CircuitBreaker.Settings()
        /// Requests to one host at a time.
        public var callsPerHost = 64
        /// Which hosts may be called at all.
        public var egress = EgressRules.unrestricted

        /// Three retries; see the members.
        public init() {}
    }

    private struct Host {
        var breaker: CircuitBreaker
        var bulkhead: Bulkhead
    }

    private let client: HTTPClient
    private let policy: Policy
    private let clock: any WallClock
    private let draw: @Sendable () -> Double
    private let hosts = Mutex<[String: Host]>([:])

    /// A client over `client`. `draw` gives random numbers in 0 ..< 1 for the jitter.
    public init(
        _ client: HTTPClient, policy: Policy = Policy(), clock: any WallClock = SystemClock(),
        draw: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        (self.client, self.policy, self.clock, self.draw) = (client, policy, clock, draw)
    }

    /// Sends a request, and again where that is safe: when nothing was sent, or when the request is idempotent and the
    /// connection broke, timed out, or the answer was 429, 500, 502, 503 or 504. `Retry-After` in seconds is honoured
    /// up to a minute. Returns the last answer; throws the last `HTTPClientError`.
    public func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        guard let location = HTTPLocation(request.url) else { throw HTTPClientError(.invalidURL) }
        guard policy.egress.allows(location) else { throw HTTPClientError(.egressRefused, host: location.host) }
        var retry = 1
        while true {
            let result = await attempt(request, location)
            guard mayRepeat(request, result), var wait = policy.retry.delay(retry: retry, draw: draw()) else {
                return try result.get()
            }
            if case .success(let response) = result { wait = max(wait, Self.retryAfter(response)) }
            do {
                try await clock.sleep(until: clock.now() + wait)
            } catch {
                throw HTTPClientError(.cancelled, host: location.host)
            }
            retry += 1
        }
    }

    /// Whether the breaker of a `host:port` is open, for metrics and health.
    public func isOpen(_ authority: String) -> Bool { hosts.withLock { $0[authority]?.breaker.isOpen ?? false } }

    private func attempt(_ request: HTTPClientRequest, _ location: HTTPLocation) async -> CurlTransfer.Outcome {
        if let refusal = enter(location) { return .failure(refusal) }
        let result: CurlTransfer.Outcome
        do throws(HTTPClientError) {
            result = .success(try await client.send(request))
        } catch {
            result = .failure(error)
        }
        leave(location, result)
        return result
    }

    private func enter(_ location: HTTPLocation) -> HTTPClientError? {
        let now = clock.now()
        return hosts.withLock { hosts in
            var host =
                hosts[location.authority]
                ?? Host(breaker: CircuitBreaker(policy.breaker), bulkhead: Bulkhead(limit: policy.callsPerHost))
            defer { hosts[location.authority] = host }
            guard host.bulkhead.enter() else { return HTTPClientError(.bulkheadFull, host: location.host) }
            guard case .refused = host.breaker.admit(at: now) else { return nil }
            host.bulkhead.leave()
            return HTTPClientError(.circuitOpen, host: location.host)
        }
    }

    private func leave(_ location: HTTPLocation, _ result: CurlTransfer.Outcome) {
        let now = clock.now()
        hosts.withLock { hosts in
            hosts[location.authority]?.bulkhead.leave()
            switch result {
            case .success(let response):
                hosts[location.authority]?.breaker.record(success: response.status < 500, at: now)
            case .failure(let error) where error.isHostFailure:
                hosts[location.authority]?.breaker.record(success: false, at: now)
            case .failure:
                break
            }
        }
    }

    private func mayRepeat(_ request: HTTPClientRequest, _ result: CurlTransfer.Outcome) -> Bool {
        switch result {
        case .success(let response):
            request.isIdempotent && [429, 500, 502, 503, 504].contains(response.status)
        case .failure(let error): error.isTransient && (request.isIdempotent || error.wasNotSent)
        }
    }

    private static func retryAfter(_ response: HTTPClientResponse) -> Duration {
        let seconds = response.headers["retry-after"].flatMap { Int($0) } ?? 0
        return .seconds(min(max(0, seconds), 60))
    }
}
