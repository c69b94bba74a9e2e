/// Bounds on one read of a history.
public enum HistoryPage {
    /// Events in a page when the reader does not say.
    public static let standard = 200
    /// Events in a page at most.
    public static let most = 1000

    /// The number of events to read for what was asked: 0 or less is the standard, more than the most is the most.
    public static func size(asked: Int) -> Int { asked <= 0 ? standard : min(asked, most) }
}
