public import Core

/// Stops asking a host that keeps failing. Pure: the caller tells the time and how each call went.
///
/// Closed, it counts the last calls; when too many of them failed it opens for a while. Then single probes are let
/// through: one success closes it, one failure opens it again, for twice as long up to a bound.
public struct CircuitBreaker: Sendable, Hashable {
    /// When it opens and for how long.
    public struct Settings: Sendable, Hashable {
        /// How many of the last calls are looked at.
        public var window = 20
        /// No verdict on fewer calls than this.
        public var minimumCalls = 5
        /// Opens when at least this share of them failed.
        public var failureShare = 0.5
        /// How long it stays open the first time.
        public var openFor: Duration = .seconds(5)
        /// The longest it stays open.
        public var openAtMost: Duration = .seconds(60)

        /// Half of the last 20 calls, at least 5 of them; open 5 s to 60 s.
        public init() {}
    }

    /// Whether a call may be made.
    public enum Admission: Sendable, Hashable {
        /// Yes.
        case allowed
        /// No; from this moment on a probe may be let through.
        case refused(until: Instant)
    }

    private enum Phase: Sendable, Hashable {
        case closed([Bool])
        case open(until: Instant, times: Int)
        case probing(since: Instant, times: Int)
    }

    private let settings: Settings
    private var phase: Phase = .closed([])

    /// A closed breaker.
    public init(_ settings: Settings = Settings()) { self.settings = settings }

    /// Whether calls are refused or probed.
    public var isOpen: Bool { if case .closed = phase { false } else { true } }

    /// Asks leave for a call at `now`. Whoever gets it reports how it went; a probe that is never reported gives way to
    /// another after the opening time.
    public mutating func admit(at now: Instant) -> Admission {
        switch phase {
        case .closed: return .allowed
        case .open(let until, let times):
            guard now >= until else { return .refused(until: until) }
            phase = .probing(since: now, times: times)
            return .allowed
        case .probing(let since, let times):
            let next = since + settings.openFor
            guard now >= next else { return .refused(until: next) }
            phase = .probing(since: now, times: times)
            return .allowed
        }
    }

    /// A call ended at `now`.
    public mutating func record(success: Bool, at now: Instant) {
        switch phase {
        case .closed(var calls):
            calls.append(success)
            if calls.count > settings.window { calls.removeFirst() }
            let failures = calls.count { !$0 }
            let isBad = Double(failures) >= Double(calls.count) * settings.failureShare
            phase = calls.count >= settings.minimumCalls && isBad && !success ? open(1, at: now) : .closed(calls)
        case .open:
            // A call from before the opening; it says nothing new.
            break
        case .probing(_, let times):
            phase = success ? .closed([]) : open(times + 1, at: now)
        }
    }

    private func open(_ times: Int, at now: Instant) -> Phase {
        var wait = settings.openFor
        for _ in 1..<max(1, min(times, 32)) where wait < settings.openAtMost { wait = wait * 2 }
        return .open(until: now + min(wait, settings.openAtMost), times: times)
    }
}
