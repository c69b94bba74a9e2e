/// What can be asked of an approval.
public enum ApprovalCommand: Sendable, Hashable {
    /// Ask people to decide.
    case request(ApprovalRequest)
    /// A person decides.
    case decide(DecisionCommand)
    /// Nobody needs the decision any more.
    case withdraw(reason: String)
    /// A timer is due; which one, the approval knows.
    case fireTimer
}
