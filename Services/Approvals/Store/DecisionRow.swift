import ApprovalsDomain
import Core

/// A decision that came in, whether it counted or not.
struct DecisionRow: Sendable, Equatable {
    var key: ApprovalKey
    var command: DecisionCommand
    /// The round that it found; 0 when there was no approval.
    var attempt: Int
    /// What the actor signed, else what was shown at that time.
    var subjectDigest: String
    var decidedAt: Instant
    /// Nil when it counted.
    var refusal: ErrorCode?
}
