import ApprovalsDomain

/// An approval with what its messages need beside it.
struct StoredApproval: Sendable, Equatable {
    var approval: Approval
    var correlationID: String?
    var traceparent: String?
}
