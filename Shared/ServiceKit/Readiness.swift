import Synchronization

/// Whether a service can do its job now, and if not, why.
///
/// Named conditions are set by whoever knows; checks are asked each time. It begins unready, since `start` stands as a
/// condition that ServiceKit lifts once all members run.
public final class Readiness: Sendable {
    private struct State {
        var reasons: [String: String] = ["start": "starting"]
        var checks: [(name: String, check: @Sendable () -> String?)] = []
    }

    private let state = Mutex(State())

    /// Not ready yet.
    public init() {}

    /// Sets or, with nil, lifts the reason that `name` gives for not being ready.
    public func set(_ name: String, _ reason: String?) { state.withLock { $0.reasons[name] = reason } }

    /// Adds a check that gives a reason, or nil when all is well. It must be quick and not block.
    public func add(_ name: String, _ check: @escaping @Sendable () -> String?) {
        state.withLock { $0.checks.append((name, check)) }
    }

    /// All reasons for not being ready, by name; empty when ready.
    public var reasons: [(name: String, reason: String)] {
        let (reasons, checks) = state.withLock { ($0.reasons, $0.checks) }
        var all = reasons.map { (name: $0.key, reason: $0.value) }
        for (name, check) in checks {
            if let reason = check() { all.append((name: name, reason: reason)) }
        }
        return all.sorted { $0.name < $1.name }
    }
}
