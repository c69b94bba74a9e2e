/// How a pattern is read and searched for; the letters are jq's flags.
public struct PatternOptions: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: Int

    /// Options by their bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// `i`: upper and lower case are alike, by simple case folding (one scalar for one).
    public static let ignoresCase = PatternOptions(rawValue: 1)
    /// `x`: white space and `#` comments in the pattern are left out.
    public static let extended = PatternOptions(rawValue: 2)
    /// `.` matches line ends too.
    public static let dotMatchesNewlines = PatternOptions(rawValue: 4)
    /// `^` and `$` match at lines too.
    public static let multiline = PatternOptions(rawValue: 8)
    /// `n`: an empty match is none.
    public static let ignoresEmptyMatches = PatternOptions(rawValue: 16)
    /// `l`: the longest match wherever it begins, not the first one.
    public static let findsLongest = PatternOptions(rawValue: 32)
}
