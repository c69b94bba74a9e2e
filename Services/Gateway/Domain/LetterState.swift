public import Core

/// Where a dead letter stands.
public enum LetterState: String, Sendable, Hashable, CaseIterable {
    /// Nobody has done anything about it.
    case open
    /// Its message was published once more; its service has not told yet what came of that.
    case redriven
    /// Its service took the message that was published once more.
    case resolved
    /// The message that was published once more died too, and is a letter of its own.
    case deadAgain
    /// A person has put it away.
    case discarded

    /// What happens to a letter.
    public enum Step: String, Sendable, Hashable, CaseIterable {
        /// A person changes the message.
        case edit
        /// The message is published once more.
        case redrive
        /// A person puts it away.
        case discard
        /// The service says that it took the message.
        case taken
        /// The service says that the message died again.
        case died
    }

    /// The state after `step`; nil when there is no such step from here.
    public func after(_ step: Step) -> LetterState? {
        switch (self, step) {
        case (.open, .edit): .open
        case (.open, .redrive): .redriven
        case (.open, .discard), (.redriven, .discard): .discarded
        case (.redriven, .taken): .resolved
        // A publisher may repeat itself, so that one message is taken and its double dies: a person is to see that.
        case (.redriven, .died), (.resolved, .died): .deadAgain
        default: nil
        }
    }

    /// What a person is told who asks for a step that there is not.
    public func rejection(of step: Step) -> Rejection {
        let words = self == .deadAgain ? "dead again, as another letter" : rawValue
        return Rejection(.conflict, .letterClosed, "The letter is \(words): no \(step.rawValue).")
    }
}
