/// How many messages a poll may bring so that its transaction ends in time: whoever comes next waits for it. Pure.
struct BatchPace {
    /// How long a transaction is to last at most; its fixed cost is a fiftieth of that.
    static let aim = Duration.milliseconds(50)
    /// As many are always taken.
    static let least = 16

    /// How many the next poll may bring.
    private(set) var limit: Int
    private let most: Int

    /// Begins with as many as there may be.
    init(most: Int) {
        self.most = max(1, most)
        limit = self.most
    }

    /// Notes how long a batch has taken. One that took too long halves the limit at most, since a disk may have had a
    /// bad moment; full ones in less than half of it double it.
    mutating func note(_ count: Int, in time: Duration) {
        if time > Self.aim {
            let fitting = Int(Double(count) * (Self.aim / time))
            limit = min(limit, max(fitting, limit / 2, min(Self.least, most)))
        } else if count >= limit, time * 2 <= Self.aim {
            limit = min(most, limit * 2)
        }
    }
}
