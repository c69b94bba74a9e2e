/// What identifies an approval: ids of one tenant mean nothing to another.
struct ApprovalKey: Sendable, Hashable, Comparable {
    var tenant: String
    var id: String

    static func < (left: ApprovalKey, right: ApprovalKey) -> Bool { (left.tenant, left.id) < (right.tenant, right.id) }
}
