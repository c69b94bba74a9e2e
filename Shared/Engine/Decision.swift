public import Core

/// The answer to a command.
public enum Decision: Sendable, Hashable {
    /// It holds; these events follow, in order. None when the command changes nothing, as a repeated one.
    case accepted([ExecutionEvent])
    /// It contradicts the present state.
    case rejected(Rejection)
}
