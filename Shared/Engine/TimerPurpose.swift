/// What a timer is for; the number is a task run's.
public enum TimerPurpose: Sendable, Hashable {
    /// Ends a pause.
    case wait(Int)
    /// Begins the next attempt of a guarded sequence.
    case retry(Int)
    /// Interrupts what takes too long; run 0 is the execution.
    case timeout(Int)
    /// Interrupts one attempt of a guarded sequence.
    case attempt(Int)
    /// Lets others in between two parts of a long loop; run 0, and due at once.
    case breath

    /// The run that waits for it.
    public var run: Int {
        switch self {
        case .wait(let run), .retry(let run), .timeout(let run), .attempt(let run): run
        case .breath: 0
        }
    }
}
