public import Core

/// The codes of this service; each has a page in `docs/errors`.
extension ErrorCode {
    /// A request that cannot be taken.
    public static let malformedRequest: ErrorCode = "AP0001"
    /// No such approval.
    public static let unknownApproval: ErrorCode = "AP0002"
    /// Decided, expired or withdrawn before.
    public static let approvalClosed: ErrorCode = "AP0003"
    /// The time to decide is over.
    public static let decisionTooLate: ErrorCode = "AP0004"
    /// Not one of the approvers.
    public static let notEntitled: ErrorCode = "AP0005"
    /// The same person decided before.
    public static let decidedTwice: ErrorCode = "AP0006"
    /// A decision that cannot be read.
    public static let malformedDecision: ErrorCode = "AP0007"
    /// The approver signed something other than what is asked now.
    public static let subjectChanged: ErrorCode = "AP0008"
    /// A message on the commands topic that cannot be read.
    public static let unreadableCommand: ErrorCode = "AP0010"
}
