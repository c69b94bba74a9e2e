import Core

/// What a schedule waits for, and what that means, with queues.
enum NaiveTrigger: CaseIterable {
    case one, any, all, allOfAKey, three

    var text: String {
        switch self {
        case .one: "{ one: { with: { type: t0 } } }"
        case .any: "{ any: [ { with: { type: t0 } }, { with: { type: t1 } } ] }"
        case .all: "{ all: [ { with: { type: t0 } }, { with: { type: t1 } } ] }"
        case .allOfAKey:
            """
            { all: [ { with: { type: t0 }, correlate: { k: { from: '${ .data.key }' } } }, \
            { with: { type: t1 }, correlate: { k: { from: '${ .data.key }' } } } ] }
            """
        case .three: "{ any: [ { with: { type: t2 } } ], until: '${ length >= 3 }' }"
        }
    }

    /// When executions start, and with which input.
    func starts(_ events: [(time: Int64, event: JSON)]) -> [(time: Int64, input: JSON)] {
        func all(_ type: String, _ key: String? = nil) -> [(time: Int64, event: JSON)] {
            events.filter {
                $0.event["type"]?.string == type && (key == nil || $0.event["data"]?["key"]?.string == key)
            }
        }
        func start(_ parts: [(time: Int64, event: JSON)]) -> (time: Int64, input: JSON) {
            let parts = parts.sorted { $0.time < $1.time }
            return (parts.last?.time ?? 0, .array(parts.map { $0.event["data"] ?? .null }))
        }
        switch self {
        case .one: return all("t0").map { start([$0]) }
        case .any: return (all("t0") + all("t1")).map { start([$0]) }.sorted { $0.time < $1.time }
        case .all: return zip(all("t0"), all("t1")).map { start([$0, $1]) }.sorted { $0.time < $1.time }
        case .allOfAKey:
            return ["k0", "k1"].flatMap { zip(all("t0", $0), all("t1", $0)).map { start([$0, $1]) } }
                .sorted { $0.time < $1.time }
        case .three:
            let found = all("t2")
            return stride(from: 0, to: found.count - found.count % 3, by: 3).map { start(Array(found[$0..<($0 + 3)])) }
        }
    }
}
