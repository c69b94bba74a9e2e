import Core

/// What a seed makes of the world: who runs what.
struct Plan {
    struct Execution {
        var id: String
        var tenant: String
        var definition: String
        var steps: [Step]
    }

    let tenants = ["acme", "globex"]
    let executions: [Execution]
    /// How many processes each service has.
    let processes: [Int]

    init(seed: UInt64, most: Int?) {
        var random = SplitMix64(seed: seed &* 31 &+ 7)
        let count = min(1 + Int(random.next() % 4), most ?? .max)
        var executions: [Execution] = []
        for number in 0..<count {
            var maker = StepMaker(seed: random.next())
            executions.append(
                Execution(
                    id: "e\(number)", tenant: tenants[Int(random.next() % 2)], definition: "d\(number)",
                    steps: maker.list()))
        }
        self.executions = executions
        processes = (0..<4).map { _ in random.next() % 3 == 0 ? 1 : 2 }
    }
}
