public import Configuration
import Core

/// How often, and how much at a time, a service proves that what it keeps open can go on.
public struct AuditPlan: Sendable, Hashable {
    /// The time from the beginning of one round to the beginning of the next.
    public var interval: Duration
    /// How much is looked at in one transaction.
    public var page: Int
    /// How long something must have been waited for before others are asked about it.
    public var patience: Duration

    /// A plan; by default a round every 15 s, 500 at a time, and 10 s of patience.
    public init(
        interval: Duration = .seconds(15), page: Int = 500, patience: Duration = .seconds(10)
    ) {
        (self.interval, self.page, self.patience) = (interval, page, patience)
    }

    /// Reads the plan; faults are kept by the reader. The settings are the same in every service.
    public init(_ reader: inout ConfigurationReader) {
        self.init(
            interval: reader.duration(
                "CADENZA_AUDIT_INTERVAL", default: .seconds(15),
                help: "How often a round of the auditor begins that looks for what was lost"),
            page: reader.int(
                "CADENZA_AUDIT_PAGE", in: 1...10_000, default: 500, help: "What the auditor looks at in one transaction"
            ),
            patience: reader.duration(
                "CADENZA_AUDIT_PATIENCE", default: .seconds(10),
                help: "How long something is waited for before the auditor asks others about it"))
    }

    /// The pause after a page that took `time`: the auditor works a fifth of the time at most.
    public func pause(after time: Duration) -> Duration { min(.seconds(1), time * 4) }
}
