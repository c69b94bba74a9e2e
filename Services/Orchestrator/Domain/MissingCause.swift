/// What an execution may lack so that it does not go on.
public enum MissingCause: String, Sendable, Hashable, CaseIterable {
    /// A timer of its state is not set. Set again.
    case timer
    /// A task that it waits for is not with whoever is to do it. Asked for again.
    case task
    /// The answer of a task that is done has not come. Told again.
    case answer
    /// Events that it waits for do not find it. Subscribed again.
    case event
    /// An event that was found to be for it has not come to it. Told again.
    case delivery
    /// An execution that it waits for is not there. Started again, unless it has ended.
    case child
    /// Its stored state cannot be read.
    case state
    /// Its stored definition cannot be read.
    case definition
    /// Its state names nothing that it waits for.
    case cause

    /// So often a task is asked for, or an event is told, again before a person is told.
    public static let mostRepetitions = 3
}
