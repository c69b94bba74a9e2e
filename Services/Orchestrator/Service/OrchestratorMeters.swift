import Core
import Engine
import Telemetry

/// What the orchestrator counts.
struct OrchestratorMeters: Sendable {
    private let finished: [ExecutionStatus: Counter]
    private let started: Counter
    private let events: Counter
    private let fired: Counter
    private let late: Histogram

    /// The meters in `metrics`.
    init(_ metrics: Metrics) {
        func executions(_ outcome: String) -> Counter {
            metrics.counter(.executionsTotal, "Executions that started or ended.", labels: ["outcome": outcome])
        }
        started = executions("started")
        let endings = ExecutionStatus.allCases.filter(\.isFinal)
        finished = Dictionary(uniqueKeysWithValues: endings.map { ($0, executions($0.rawValue)) })
        events = metrics.counter(.decisions, "Events that were decided.")
        fired = metrics.counter(.timersFired, "Timers that were fired.")
        late = metrics.histogram(.timersLate, "How long after their due time timers fired.")
    }

    /// Counts what a transaction has decided.
    func count(_ recorded: [Recorded]) {
        events.increment(by: recorded.count)
        for one in recorded {
            if one.event.kind == .executionStarted { started.increment() }
            if one.status.isFinal { finished[one.status]?.increment() }
        }
    }

    /// Counts a timer that fired `lateness` after its due time.
    func fired(lateness: Duration) {
        fired.increment()
        late.observe(lateness)
    }
}
