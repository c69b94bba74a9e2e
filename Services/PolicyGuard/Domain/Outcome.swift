/// What a policy says, from the mildest to the most severe.
public enum Outcome: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Go on.
    case allow
    /// A person is to look first.
    case review
    /// Do not.
    case deny

    /// Milder outcomes are less.
    public static func < (left: Outcome, right: Outcome) -> Bool { left.severity < right.severity }

    private var severity: Int {
        switch self {
        case .allow: 0
        case .review: 1
        case .deny: 2
        }
    }
}
