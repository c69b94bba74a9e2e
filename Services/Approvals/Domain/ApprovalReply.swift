public import Core

/// The answer to a command.
public enum ApprovalReply: Sendable, Hashable {
    /// It was taken and this happened; nothing, when it changes nothing.
    case accepted([ApprovalEvent])
    /// It was refused and changed nothing.
    case rejected(Rejection)
}
