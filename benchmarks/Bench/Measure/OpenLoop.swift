/// Requests at fixed moments, whether or not those before have been answered, as independent users send them.
struct OpenLoop: Sendable {
    /// Requests a second.
    var rate: Double
    /// For how long.
    var duration: Duration

    /// What came of it.
    struct Outcome: Sendable {
        /// From the moment at which each was due to its answer: waiting for a connection counts.
        var answers = Samples()
        /// Requests that failed, with the first reason.
        var failures = 0
        var reason: String?
    }

    /// Runs `request` with the numbers from 0 on.
    func run(_ request: @escaping @Sendable (Int) async throws -> Void) async -> Outcome {
        let (start, gap) = (ContinuousClock.now, Duration.seconds(1 / rate))
        let count = Int((duration.asSeconds * rate).rounded())
        return await withTaskGroup(of: Result<Duration, any Error>.self) { group in
            for number in 0..<count {
                let due = start + gap * number
                try? await ContinuousClock().sleep(until: due, tolerance: .zero)
                group.addTask {
                    do {
                        try await request(number)
                        return .success(ContinuousClock.now - due)
                    } catch { return .failure(error) }
                }
            }
            var outcome = Outcome()
            for await result in group {
                switch result {
                case .success(let answer): outcome.answers.add(answer)
                case .failure(let error):
                    outcome.failures += 1
                    if outcome.reason == nil { outcome.reason = "\(error)" }
                }
            }
            return outcome
        }
    }
}
