public import Configuration
import Core
public import ServiceKit

/// The settings of this service beyond those of every service.
public struct ApprovalsConfiguration: Sendable {
    /// Approvals whose timers are fired in one transaction.
    public var timerBatch: Int
    /// How often timers set by other processes are looked for.
    public var timerPoll: Duration
    /// How the timers of open rounds are looked after.
    public var audit: AuditPlan

    /// The settings by value.
    public init(timerBatch: Int, timerPoll: Duration, audit: AuditPlan = AuditPlan()) {
        (self.timerBatch, self.timerPoll, self.audit) = (timerBatch, timerPoll, audit)
    }

    /// Reads the settings; faults are kept by the reader.
    public init(_ reader: inout ConfigurationReader) {
        timerBatch = reader.int(
            "CADENZA_APPROVALS_TIMER_BATCH", in: 1...10_000, default: 200,
            help: "Approvals whose timers are fired in one transaction")
        timerPoll = reader.duration(
            "CADENZA_APPROVALS_TIMER_POLL", default: .seconds(1),
            help: "How often timers set by other processes are looked for")
        audit = AuditPlan(&reader)
    }
}
