/// The id that newer clients know a topic by.
struct TopicID: Hashable, Sendable {
    var high: UInt64
    var low: UInt64

    /// As 32 hexadecimal digits.
    var text: String {
        [high, low].map { part in
            let digits = String(part, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    init?(_ text: String) {
        guard text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16),
            let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    static func fresh() -> TopicID {
        TopicID(high: UInt64.random(in: 1...UInt64.max), low: UInt64.random(in: 1...UInt64.max))
    }
}
