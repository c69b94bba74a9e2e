import Core

/// What a seed makes of the world: who runs what.
struct Plan {
    struct Execution {
        var id: String
        var tenant: String
        var definition: String
        var steps: [Step]
        /// Whether it starts in one moment with all others of the crowd.
        var isInCrowd = false
        /// Whether people cancel it as soon as they have asked for it.
        var isCancelled = false
    }

    let tenants = ["acme", "globex"]
    let executions: [Execution]
    /// How many processes each service has.
    let processes: [Int]

    init(seed: UInt64, most: Int?) {
        var random = SplitMix64(seed: seed &* 31 &+ 7)
        var executions: [Execution] = []
        for number in 0..<(1 + Int(random.next() % 4)) {
            var maker = StepMaker(seed: random.next())
            executions.append(
                Execution(
                    id: "e\(number)", tenant: tenants[Int(random.next() % 2)], definition: "d\(number)",
                    steps: maker.list()))
        }
        processes = (0..<4).map { _ in random.next() % 3 == 0 ? 1 : 2 }
        // More starts of both tenants than a transaction takes: some wait in the orchestrator's line.
        let crowd = random.next() % 2 == 0 ? 2 + Int(random.next() % 6) : 0
        for number in 0..<crowd {
            let isCancelled = random.next() % 3 == 0
            executions.append(
                Execution(
                    id: "c\(number)", tenant: tenants[number % 2], definition: "crowd\(number)",
                    steps: [isCancelled ? .wait("s1", milliseconds: 3_600_000) : .mark("s1")], isInCrowd: true,
                    isCancelled: isCancelled))
        }
        self.executions = Array(executions.prefix(most ?? .max))
    }
}
