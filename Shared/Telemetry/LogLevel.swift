/// How much a line matters. Libraries log at `debug`; services use all.
public enum LogLevel: String, Sendable, Hashable, CaseIterable, Comparable {
    /// For someone looking into one problem.
    case debug
    /// What a service does in the normal course, now and then.
    case info
    /// Rare and worth knowing: start, stop, taking over.
    case notice
    /// Something failed and is tried again, or someone else failed.
    case warning
    /// Something is lost or needs a person.
    case error

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .notice: 2
        case .warning: 3
        case .error: 4
        }
    }

    /// Less important levels are less.
    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }
}
