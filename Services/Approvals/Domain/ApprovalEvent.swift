public import Core

/// What happened to an approval.
public enum ApprovalEvent: Sendable, Hashable {
    /// A round began; the request has its defaults filled in.
    case requested(ApprovalRequest, at: Instant)
    /// The approvers were reminded for the `count`th time; `next` is the reminder after it, if any.
    case reminded(count: Int, at: Instant, next: Instant?)
    /// An approval counted, but more are needed.
    case recorded(Vote)
    /// The vote that closed the approval.
    case decided(Vote)
    /// Nobody decided in time.
    case expired(at: Instant)
    /// The asker no longer needs it.
    case withdrawn(reason: String, at: Instant)
}
