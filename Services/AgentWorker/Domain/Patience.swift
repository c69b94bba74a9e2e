/// How long a poll waits for the tasks that it has brought to end. Pure.
///
/// What answers at once is worth waiting for: request and result are one transaction then. What takes longer is not,
/// and holds up the rest of the poll; so after polls in vain the next ones hardly wait, and one in sixteen looks again.
public struct Patience: Sendable {
    /// As long may nothing come.
    public let most: Duration
    /// As long may a poll take in all, while something comes.
    public let wholePoll: Duration
    private static let round = 16

    /// Polls in a row in which no task ended in time.
    private var vain = 0

    /// Waits as long as may be.
    public init(most: Duration = .milliseconds(25), wholePoll: Duration = .milliseconds(50)) {
        (self.most, self.wholePoll) = (most, wholePoll)
    }

    /// As long may nothing come in the next poll.
    public var limit: Duration { vain % Self.round == 0 ? most : most / (1 << min(vain, Self.round)) }

    /// How many tasks a poll may bring though there is no place for them: few while they end at once, since places come
    /// free sooner than the table has given them out.
    public var surplus: Int { vain == 0 ? 4 : 16 }

    /// Notes how many tasks of a poll ended in time, and how many were waited for and did not.
    public mutating func note(ended: Int, missed: Int) {
        if ended > 0 { vain = 0 } else if missed > 0 { vain += 1 }
    }
}
