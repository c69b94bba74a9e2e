/// How the program ends.
public enum ExitStatus: Int32, Sendable, Hashable, CaseIterable {
    /// What was asked for is done.
    case done = 0
    /// The answer is no: faults found, the execution failed, an invariant broke.
    case negative = 1
    /// Wrong arguments, or files that cannot be read or understood.
    case usage = 2
    /// The execution waits, and nothing here will move it on.
    case unfinished = 3
    /// The API cannot be reached, or refused.
    case refused = 4
}
