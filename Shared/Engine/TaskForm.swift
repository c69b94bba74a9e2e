/// The kind of a task that stays open for a while.
public enum TaskForm: String, Sendable, Hashable, CaseIterable {
    /// The execution as a whole.
    case workflow
    /// A sequence.
    case `do`
    /// A guarded sequence.
    case `try`
    /// Work for somebody outside of the engine.
    case call
    /// A pause.
    case wait
    /// A wait for events.
    case listen
    /// A task that runs and ends within one decision (`set`, `switch`, `emit`, `raise`).
    case instant
}
