/// Why a text is no cron expression.
public struct CronError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What stands there.
    public let found: String
    /// What should stand there.
    public let expected: String

    /// `found 25, expected an hour from 0 to 23`
    public var description: String { "found \(found), expected \(expected)" }
}
