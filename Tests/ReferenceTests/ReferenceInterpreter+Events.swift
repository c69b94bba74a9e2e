import Core

extension ReferenceInterpreter {
    /// What a `listen` has been through.
    private struct Hearing {
        var items: [JSON] = []
        var outputs: [JSON] = []
        var keys: [String: String] = [:]
        var met: Set<Int> = []
        var stopped: Set<Int> = []
        var time: Int64
    }

    /// The filters of a strategy, with the keys that they expect.
    private struct Strategy {
        var kind: String
        var filters: [JSON]
        var expected: [[String: String]]

        func isMet(_ met: Set<Int>) -> Bool { kind == "all" ? met.count == filters.count : !met.isEmpty }
    }

    /// Each `listen` takes every event once, in the order of coming, from the beginning of the execution on.
    mutating func listen(
        _ pointer: String, _ task: JSON, _ input: JSON, _ time: Int64, _ names: JSONObject, _ world: inout World
    ) throws(Stop) -> Result {
        let to = task["listen"]?["to"] ?? [:]
        let strategy = try self.strategy(to, pointer, input, time, names, world)
        var stops: Strategy?
        if to["until"]?.object != nil {
            stops = try self.strategy(to["until"] ?? [:], pointer, input, time, names, world)
        }
        var hearing = Hearing(time: time)
        for (position, event) in script.events.enumerated() {
            guard event.time > begin, !isRepeated(position),
                !world.eaten.contains(where: { $0.task == pointer && $0.event == position }),
                let isItem = take(event.json, strategy, stops, &hearing)
            else { continue }
            hearing.time = max(hearing.time, event.time)
            world.eaten.append((hearing.time, pointer, position))
            if isItem {
                hearing.items.append(Self.part(event.json, task["listen"]?["read"]))
                if let iteration = task["foreach"] {
                    let result = try iterate(iteration, pointer, input, names, &hearing, &world)
                    if result.flow == .end { return result }
                }
            }
            if try isOver(to["until"], strategy, stops, hearing, pointer, input, names, world) {
                let output = task["foreach"] == nil ? hearing.items : hearing.outputs
                return Result(data: .array(output), time: hearing.time)
            }
        }
        throw .never
    }

    /// Whether the same event came before while the execution was there.
    private func isRepeated(_ position: Int) -> Bool {
        let id = script.events[position].json["id"]
        return script.events[..<position].contains { $0.time > begin && $0.json["id"] == id }
    }

    private func strategy(
        _ node: JSON, _ pointer: String, _ input: JSON, _ time: Int64, _ names: JSONObject, _ world: World
    ) throws(Stop) -> Strategy {
        let kind = ["one", "any", "all"].first { node[$0] != nil } ?? "any"
        let filters: [JSON] = node[kind]?.array ?? [node[kind] ?? [:]]
        var expected: [[String: String]] = []
        for filter in filters {
            var keys: [String: String] = [:]
            for (name, correlation) in filter["correlate"]?.object ?? [:] {
                guard let expect = correlation["expect"] else { continue }
                keys[name] = Self.key(try resolved(expect, input, names, world, pointer, time))
            }
            expected.append(keys)
        }
        return Strategy(kind: kind, filters: filters, expected: expected)
    }

    private static func key(_ value: JSON) -> String { value.string ?? value.text() }

    /// Takes an event in that fits; whether it is one of those that are handed on, nil when it does not fit.
    private func take(_ event: JSON, _ strategy: Strategy, _ stops: Strategy?, _ hearing: inout Hearing) -> Bool? {
        var isItem = strategy.kind == "any" && strategy.filters.isEmpty
        for (position, filter) in strategy.filters.enumerated() {
            if strategy.kind == "all", hearing.met.contains(position) { continue }
            guard fits(event, filter, strategy.expected[position], &hearing.keys) else { continue }
            hearing.met.insert(position)
            isItem = true
            if strategy.kind != "all" { break }
        }
        var isStop = false
        for (position, filter) in (stops?.filters ?? []).enumerated() {
            if stops?.kind == "all", hearing.stopped.contains(position) { continue }
            guard fits(event, filter, stops?.expected[position] ?? [:], &hearing.keys) else { continue }
            hearing.stopped.insert(position)
            isStop = true
        }
        return isItem || isStop ? isItem : nil
    }

    private func fits(
        _ event: JSON, _ filter: JSON, _ expected: [String: String], _ keys: inout [String: String]
    ) -> Bool {
        let with = filter["with"] ?? [:]
        let types = with["type"] == "e[01]" ? ["e0", "e1"] : [with["type"]?.string ?? ""]
        guard types.contains(event["type"]?.string ?? "") else { return false }
        if with["data"]?.object != nil, event["data"]?["from"] != with["data"]?["from"] { return false }
        if with["data"]?.string != nil, (event["data"]?["n"]?.int ?? 0) % 3 == 1 { return false }
        var new: [String: String] = [:]
        for name in (filter["correlate"]?.object ?? [:]).keys {
            guard let value = event["data"]?["key"], !value.isNull else { return false }
            let key = Self.key(value)
            if let wanted = expected[name] ?? keys[name] {
                if wanted != key { return false }
            } else {
                new[name] = key
            }
        }
        keys.merge(new) { old, _ in old }
        return true
    }

    private static func part(_ event: JSON, _ read: JSON?) -> JSON {
        switch read?.string {
        case "envelope"?: event
        case "raw"?: .string(event["data"]?.text() ?? "")
        default: event["data"] ?? .null
        }
    }

    private func isOver(
        _ until: JSON?, _ strategy: Strategy, _ stops: Strategy?, _ hearing: Hearing, _ pointer: String,
        _ input: JSON, _ names: JSONObject, _ world: World
    ) throws(Stop) -> Bool {
        if let stops { return stops.isMet(hearing.stopped) }
        guard let until else { return strategy.isMet(hearing.met) }
        if hearing.items.isEmpty { return false }
        var all = names
        all["input"] = input
        return Self.holds(
            try value(until, .array(hearing.items), all, world, at: pointer, hearing.time, bare: true))
    }

    /// What is done for the last event.
    private mutating func iterate(
        _ iteration: JSON, _ pointer: String, _ input: JSON, _ names: JSONObject, _ hearing: inout Hearing,
        _ world: inout World
    ) throws(Stop) -> Result {
        let item = hearing.items.last ?? .null
        var inside = names
        inside[iteration["item"]?.string ?? "item"] = item
        inside[iteration["at"]?.string ?? "index"] = .integer(Int64(hearing.items.count - 1))
        var result = Result(data: item, time: hearing.time)
        if let tasks = iteration["do"] {
            result = try inner(pointer + "/foreach/do", tasks, item, hearing.time, inside, &world)
            if result.flow == .end { return result }
        }
        inside["input"] = input
        inside["output"] = result.data
        if let transform = iteration["output"]?["as"] {
            result.data = try value(transform, result.data, inside, world, at: pointer, result.time, bare: true)
        }
        inside["output"] = result.data
        try export(iteration["export"], result.data, inside, pointer, result.time, &world)
        hearing.outputs.append(result.data)
        hearing.time = result.time
        return result
    }
}
