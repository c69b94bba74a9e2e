/// The kind of a task that stays open for a while.
public enum TaskForm: String, Sendable, Hashable, CaseIterable {
    /// The execution as a whole.
    case workflow
    /// A sequence.
    case `do`
    /// A guarded sequence.
    case `try`
    /// A loop.
    case `for`
    /// Branches side by side.
    case fork
    /// A list run side by side for each item.
    case map
    /// One item of a `map`.
    case lane
    /// A call of a function that is itself a task.
    case function
    /// An execution of its own.
    case child
    /// A task with what extensions run before and after it.
    case extended
    /// Work for somebody outside of the engine.
    case call
    /// A pause.
    case wait
    /// A wait for events.
    case listen
    /// A task that runs and ends within one decision (`set`, `switch`, `emit`, `raise`).
    case instant
}
