/// The same work done again and again, by several tasks side by side.
struct Load: Sendable {
    /// How many tasks.
    var workers: Int
    /// How long each begins new rounds.
    var duration: Duration
    /// The stack's run folder, to measure what its processes use meanwhile.
    var run: String?

    /// What came of it.
    struct Result: Sendable {
        /// What the rounds counted, together.
        var count = 0
        /// How long each round took.
        var rounds = Samples()
        /// From the start to the end of the last round.
        var elapsed: Duration = .zero
        /// What the stack's processes and this one used; nil without a run folder.
        var cpu: CPUTimes?

        /// Counted units a second.
        var rate: Double { Double(count) / max(elapsed.asSeconds, 1e-9) }

        /// CPU milliseconds that these processes used for one unit; nil without a run folder.
        func cost(of parts: String...) -> Double? {
            cpu.map { cpu in parts.reduce(0) { $0 + (cpu.seconds[$1] ?? 0) } / Double(max(count, 1)) * 1000 }
        }
    }

    /// Runs `round` with the worker's number and its own round number until the time is over; it returns how many units
    /// of work it did. One unmeasured round for each worker comes first. Throws what a round throws.
    func run(_ round: @escaping @Sendable (_ worker: Int, _ number: Int) async throws -> Int) async throws -> Result {
        try await withThrowingTaskGroup { group in
            for worker in 0..<workers { group.addTask { _ = try await round(worker, 0) } }
            try await group.waitForAll()
        }
        let before = run.map(CPUTimes.readWithOwn)
        let start = ContinuousClock.now
        let end = start.advanced(by: duration)
        return try await withThrowingTaskGroup(of: Result.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var own = Result()
                    var now = ContinuousClock.now
                    while now < end {
                        let began = now
                        own.count += try await round(worker, own.rounds.count + 1)
                        now = ContinuousClock.now
                        own.rounds.add(now - began)
                    }
                    return own
                }
            }
            var whole = Result()
            for try await own in group {
                whole.count += own.count
                whole.rounds.add(own.rounds)
            }
            whole.elapsed = ContinuousClock.now - start
            whole.cpu = run.map(CPUTimes.readWithOwn).flatMap { late in before.map { late - $0 } }
            return whole
        }
    }
}
