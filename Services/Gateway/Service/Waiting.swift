import Core

/// Waits for something to appear in the read model, which any replica may have written.
enum Waiting {
    /// Asks again and again, ever less often, until there is a value or `limit` has passed; then nil.
    static func value<Value>(
        within limit: Duration, by clock: any WallClock, _ look: () async throws -> Value?
    ) async throws -> Value? {
        let end = clock.now() + limit
        var pause: Duration = .milliseconds(5)
        while true {
            if let value = try await look() { return value }
            guard clock.now() + pause < end else { return nil }
            try await clock.sleep(until: clock.now() + pause)
            pause = min(pause * 1.5, .milliseconds(100))
        }
    }
}
