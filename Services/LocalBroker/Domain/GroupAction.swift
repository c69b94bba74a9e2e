/// What the shell is to do after an event.
public enum GroupAction: Equatable, Sendable {
    case answerJoin(GroupTicket, GroupJoined)
    case answerSync(GroupTicket, GroupSynced)
}
