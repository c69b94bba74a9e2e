import OrchestratorDomain
import Telemetry

/// What the auditor counts, by what was missing.
struct AuditMeters: Sendable {
    private let repaired: [MissingCause: Counter]
    private let raised: [MissingCause: Counter]
    private let asked: Counter
    private let open: Gauge

    /// The meters in `metrics`.
    init(_ metrics: Metrics) {
        func counters(_ name: MetricName, _ help: String) -> [MissingCause: Counter] {
            let counters = MissingCause.allCases.map { cause in
                (cause, metrics.counter(name, help, labels: ["cause": cause.rawValue]))
            }
            return Dictionary(uniqueKeysWithValues: counters)
        }
        repaired = counters(.lossesRepaired, "What executions lacked and the auditor brought back.")
        raised = counters(.lossesRaised, "What executions lacked and a person was told of.")
        asked = metrics.counter(.lossesSuspected, "Tasks that whoever runs them does not have, or has done.")
        open = metrics.gauge(.incidentsOpen, "What a person has to decide about.")
    }

    func repaired(_ cause: MissingCause, _ count: Int = 1) { repaired[cause]?.increment(by: count) }
    func raised(_ cause: MissingCause) { raised[cause]?.increment() }
    func suspected(_ count: Int) { asked.increment(by: count) }
    func open(_ count: Int) { open.set(count) }
}
