import Core

/// What an active `listen` has been through.
struct Listening: Sendable, Hashable {
    /// What has come.
    var gathering = EventGathering()
    /// The keys that filters ask for, by their pointers.
    var expected: [String: [String: String]]
    /// The number of the last event that was consumed.
    var examined = 0
    /// What iterations gave, in order.
    var outputs: [JSON] = []
    /// Whether an iteration is under way.
    var isBusy = false

    /// The number of the iteration that is under way, from 0.
    var iteration: Int? { isBusy ? gathering.count - 1 : nil }

    /// The values that events must give, by the names of the correlations.
    var knownKeys: [String: String] {
        expected.sorted { $0.key < $1.key }.reduce(gathering.keys) { $0.merging($1.value) { old, _ in old } }
    }

    var json: JSON {
        var wanted = JSONObject()
        for (pointer, keys) in expected.sorted(by: { $0.key < $1.key }) { wanted[pointer] = .texts(keys) }
        var object: JSONObject = [
            "gathering": gathering.json, "expected": .object(wanted), "examined": .integer(Int64(examined)),
        ]
        if !outputs.isEmpty { object["outputs"] = .array(outputs) }
        if isBusy { object["busy"] = true }
        return .object(object)
    }

    init(expected: [String: [String: String]]) { self.expected = expected }

    init?(json: JSON) {
        guard let gathering = json["gathering"].flatMap(EventGathering.init(json:)),
            let wanted = json["expected"]?.object, let examined = json["examined"]?.int
        else { return nil }
        self.init(expected: [:])
        for (pointer, keys) in wanted {
            guard let keys = keys.texts else { return nil }
            expected[pointer] = keys
        }
        (self.gathering, self.examined) = (gathering, examined)
        (outputs, isBusy) = (json["outputs"]?.array ?? [], json["busy"]?.bool ?? false)
    }
}
