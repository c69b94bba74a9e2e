/// How many messages a poll may bring so that its transaction ends in time: whoever comes next waits for it. Pure.
struct BatchPace {
    /// How long a transaction is to last at most while nothing is left behind; its fixed cost is a twentieth of that.
    static let shortest = Duration.milliseconds(20)
    /// How long at most while messages pile up: its fixed cost is a fiftieth of that.
    static let longest = Duration.milliseconds(50)
    /// As many are always taken.
    static let least = 16
    /// As many come after a calm: what they cost then is not known any more.
    static let calm = 64

    /// How many the next poll may bring.
    private(set) var limit: Int
    /// How long its transaction is to last at most.
    private(set) var aim = Self.shortest
    private let most: Int

    /// Begins as after a calm.
    init(most: Int) {
        self.most = max(1, most)
        limit = min(Self.calm, self.most)
    }

    /// Notes how long a batch has taken. One that took too long halves the limit at most, since a disk may have had a
    /// bad moment; a full one in good time lets it grow, to twice as many at most. Where a quarter would have done, it
    /// falls by half: else the first of many that come would wait for all that were taken with it.
    mutating func note(_ count: Int, in time: Duration) {
        let isFull = count >= limit
        // Full and not in good time: more come than such short ones can take. The aim rises faster than it falls, since
        // all wait for what has piled up.
        if isFull, time * 4 > aim * 3 {
            aim = min(Self.longest, aim * 5 / 4)
        } else if !isFull {
            aim = max(Self.shortest, aim * 15 / 16)
        }
        let fitting = Int(min(Double(count) * (aim / max(time, .nanoseconds(1))), 1e9))
        if time > aim {
            limit = min(limit, max(fitting, limit / 2, min(Self.least, most)))
        } else if isFull {
            // Not quite as many as fit: the next ones may cost a little more.
            limit = min(most, limit * 2, max(limit, fitting * 9 / 10))
        } else if count * 4 <= limit {
            limit = max(limit / 2, min(Self.calm, limit))
        }
    }
}
