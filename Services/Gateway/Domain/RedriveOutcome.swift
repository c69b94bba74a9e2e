/// What is known of a letter that a redrive has published once more.
public struct RedriveOutcome: Sendable, Hashable {
    /// The code of which it died before.
    public let before: String
    /// The code of which it died again; nil when it was taken, or nothing is known yet.
    public let again: String?

    /// An outcome.
    public init(before: String, again: String?) { (self.before, self.again) = (before, again) }

    /// The code to stop for: that of the first `limit` outcomes side by side that are the same failure, be it the same
    /// for all or for each the one that it had before. `outcomes` are in the order in which the letters were published.
    public static func repeated(_ outcomes: [RedriveOutcome], limit: Int) -> String? {
        guard limit >= 1, outcomes.count >= limit else { return nil }
        for start in 0...(outcomes.count - limit) {
            let side = outcomes[start..<start + limit]
            guard let code = side.last?.again else { continue }
            if side.allSatisfy({ $0.again == code }) || side.allSatisfy({ $0.again == $0.before }) { return code }
        }
        return nil
    }
}
