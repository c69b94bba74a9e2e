import Core

/// What the world does to an execution: how calls are answered, and which events come when. The same for the engine and
/// for the reference, since it follows from the seed, the arguments and the time only.
struct Script {
    static let faultType = "https://x.example/failed"

    struct Event {
        var type: String
        /// Microseconds after the start.
        var time: Int64
        var data: JSON
    }

    struct Answer {
        var latency: Int64
        /// Of the error; nil for a success.
        var status: Int?
        var output: JSON
    }

    let seed: UInt64
    let events: [Event]

    init(seed: UInt64) {
        self.seed = seed
        var random = SplitMix64(seed: seed ^ 0x5eed)
        var time: Int64 = 0
        events = (0..<6).map { number in
            time += Int64(random.next() % 9_000_000) + 13
            return Event(
                type: "e\(random.next() % 3)", time: time, data: ["n": .integer(Int64(number)), "from": "event"])
        }
    }

    func answer(_ arguments: JSON, at time: Int64) -> Answer {
        var random = SplitMix64(seed: seed ^ stableHash("\(arguments.text())|\(time)"))
        let latency = Int64(random.next() % 8_000_000) + 17
        let isFault = random.next() % 4 == 0
        return Answer(
            latency: latency, status: isFault ? 500 + Int(random.next() % 3) : nil,
            output: ["n": .integer(Int64(random.next() % 9))])
    }
}
