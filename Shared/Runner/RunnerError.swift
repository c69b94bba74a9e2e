/// Why a run could not go on.
public enum RunnerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// More events than the world's limit.
    case tooManyEvents(limit: Int)
    /// The runner's task was cancelled.
    case cancelled

    /// One sentence.
    public var description: String {
        switch self {
        case .tooManyEvents(let limit): "more than \(limit) events: an endless loop"
        case .cancelled: "the run was stopped"
        }
    }
}
