/// What happens to a group, for its log.
public enum ServiceGroupEvent: Sendable {
    /// The member's task was started.
    case started(String)
    /// A signal came.
    case signalled(Int32)
    /// The member was asked to stop.
    case stopping(String)
    /// The member returned.
    case stopped(String)
    /// The member threw.
    case failed(String, any Error)
    /// The drain took too long, or a second signal came: these members are cancelled.
    case cancelling([String])
}
