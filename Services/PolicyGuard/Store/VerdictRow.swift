import Core
import PolicyGuardDomain

/// A verdict as it is kept.
struct VerdictRow: Sendable, Equatable {
    var key: EvaluationKey
    var executionID: String
    var task: String
    /// The attempt that asked first.
    var attempt: Int
    var verdict: Verdict
    var policyDigest: String
    var inputDigest: String
    var givenAt: Instant
}
