import Core

/// What the world does to an execution: how calls are answered, which events come when, and when it is cancelled. The
/// same for the engine and for the reference, since it follows from the seed, the arguments and the time only.
struct Script {
    static let faultType = "https://x.example/failed"

    struct Event {
        /// Microseconds after the start.
        var time: Int64
        /// As a CloudEvent.
        var json: JSON
        /// Whether the same event has come before.
        var isRepeated = false
    }

    struct Answer {
        var latency: Int64
        /// Of the error; nil for a success.
        var status: Int?
        var output: JSON
    }

    let seed: UInt64
    let events: [Event]
    /// When somebody cancels the execution, if anybody does.
    let cancelledAt: Int64?

    init(seed: UInt64) {
        self.seed = seed
        var random = SplitMix64(seed: seed ^ 0x5eed)
        var time: Int64 = 0
        var events: [Event] = []
        for number in 0..<9 {
            time += Int64(random.next() % 6_000_000) + 13
            if number > 0, random.next() % 6 == 0 {
                events.append(Event(time: time, json: events[number - 1].json, isRepeated: true))
                continue
            }
            var data: JSONObject = ["n": .integer(Int64(number)), "from": "event"]
            if random.next() % 5 > 0 { data["key"] = .string("key\(random.next() % 2)") }
            events.append(
                Event(
                    time: time,
                    json: [
                        "specversion": "1.0", "id": .string("v\(number)"), "source": "script",
                        "type": .string("e\(random.next() % 3)"), "data": .object(data),
                    ]))
        }
        self.events = events
        cancelledAt = random.next() % 6 == 0 ? Int64(random.next() % 15_000_000) + 29 : nil
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
