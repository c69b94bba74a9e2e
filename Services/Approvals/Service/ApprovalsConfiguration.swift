public import Configuration
import Core

/// The settings of this service beyond those of every service.
public struct ApprovalsConfiguration: Sendable {
    /// Approvals whose timers are fired in one transaction.
    public var timerBatch: Int
    /// How often timers set by other processes are looked for.
    public var timerPoll: Duration

    /// The settings by value.
    public init(timerBatch: Int, timerPoll: Duration) {
        (self.timerBatch, self.timerPoll) = (timerBatch, timerPoll)
    }

    /// Reads the settings; faults are kept by the reader.
    public init(_ reader: inout ConfigurationReader) {
        timerBatch = reader.int(
            "CADENZA_APPROVALS_TIMER_BATCH", in: 1...10_000, default: 200,
            help: "Approvals whose timers are fired in one transaction")
        timerPoll = reader.duration(
            "CADENZA_APPROVALS_TIMER_POLL", default: .seconds(1),
            help: "How often timers set by other processes are looked for")
    }
}
