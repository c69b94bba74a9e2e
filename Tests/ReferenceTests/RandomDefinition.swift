import Core

/// Makes valid definitions of all kinds of tasks, nested, from a seed.
struct RandomDefinition {
    /// Where a task stands, and what it may use there.
    struct Place {
        var depth = 0
        /// Variables whose values are plain data.
        var names: [String] = []
        /// Variables that are errors.
        var errors: [String] = []
        var mayListen = true
        var mayCallFunctions = true
    }

    var random: SplitMix64
    var made = 0
    /// How many tasks may still be made.
    var left = 45
    /// What stands below `use`, by section.
    var use: [String: JSONObject] = [:]
    /// The workflows that it runs.
    var children: [JSON] = []
    /// How deep among workflows it is; 0 for the one that is started.
    let level: Int
    let name: String

    init(seed: UInt64, name: String = "random", level: Int = 0) {
        (random, self.name, self.level) = (SplitMix64(seed: seed), name, level)
        if level > 0 { left = 12 }
    }

    mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    mutating func chance(_ of: Int) -> Bool { below(of) == 0 }
    mutating func one<T>(of choices: [T]) -> T { choices[below(choices.count)] }

    /// A name that there is not yet.
    mutating func fresh(_ prefix: String) -> String {
        made += 1
        return "\(prefix)\(made)"
    }

    mutating func document() -> JSON {
        var document: JSONObject = [
            "document": [
                "dsl": "1.0.3", "namespace": "test", "name": .string(name), "version": "1.0.0",
            ]
        ]
        if chance(6) { document["timeout"] = ["after": duration(40)] }
        if chance(5) { document["input"] = ["from": "${ { n: (.n? // 3), came: ($input | type) } }"] }
        if chance(30) { document["input"] = ["schema": ["format": "json", "document": schema()]] }
        if chance(4) { document["output"] = ["as": "${ { result: ., was: ($input | type) } }"] }
        if chance(30) { document["output"] = ["schema": ["format": "json", "document": schema()]] }
        let extensions = chance(3) ? (0..<(1 + below(2))).map { _ in self.extension() } : []
        let body = list(Place())
        var used = JSONObject()
        for section in use.keys.sorted() { used[section] = .object(use[section] ?? [:]) }
        if !extensions.isEmpty { used["extensions"] = .array(extensions) }
        if !used.isEmpty { document["use"] = .object(used) }
        document["do"] = body
        return .object(document)
    }

    /// No two of them are alike, so that seldom two things happen at one moment.
    mutating func duration(_ seconds: Int) -> JSON {
        made += 1
        let (whole, thousandths) = (below(seconds), (made * 7 + below(90) * 11) % 999 + 1)
        if chance(6) { return .string("PT\(whole).\(String(thousandths + 1000).dropFirst())S") }
        return ["seconds": .integer(Int64(whole)), "milliseconds": .integer(Int64(thousandths))]
    }

    mutating func schema() -> JSON {
        one(of: [
            ["required": ["n"]], ["type": "object"], ["properties": ["n": ["maximum": 7]]],
            ["required": ["n"], "properties": ["n": ["type": "number"]]],
        ])
    }

    /// A list of tasks; `first` goes before all.
    mutating func list(_ place: Place, first: JSONObject? = nil) -> JSON {
        let titles = (0..<(1 + below(left > 0 ? 3 : 1))).map { _ in fresh("t") }
        var tasks: [JSON] = []
        if let first { tasks.append([fresh("t"): .object(first)]) }
        let jump = chance(7) ? fresh("j") : nil
        if let jump { tasks.append([jump: counter(jump)]) }
        for (position, title) in titles.enumerated() {
            tasks.append([title: task(place, later: Array(titles[(position + 1)...]))])
        }
        if let jump {
            let again: JSON = ["when": .string("${ ($context.\(jump)? // 9) < 3 }"), "then": .string(jump)]
            tasks.append([fresh("t"): ["switch": [["again": again]], "then": .string(one(of: ["continue", "exit"]))]])
        }
        return .array(tasks)
    }

    /// A task that a list may come back to: it counts how often.
    private func counter(_ name: String) -> JSON {
        [
            "set": "${ . }",
            "export": ["as": .string("${ ($context // {}) + { \(name): (($context.\(name)? // 0) + 1) } }")],
        ]
    }

    mutating func task(_ place: Place, later: [String]) -> JSON {
        left -= 1
        var task = action(place, later: later)
        if chance(6) { task["if"] = .string(condition(place)) }
        if chance(5) { task["export"] = export() }
        let isOwn = task["output"] == nil || task["output"] == [:]
        if isOwn, chance(7) {
            task["output"] = ["as": .string("${ { n: ((.n? // 0) + 1), was: ($input | type) } }")]
        }
        if isOwn, chance(30) {
            let whole: JSON = ["schema": ["format": "json", "document": schema()], "as": "${ { n: .n? } }"]
            task["output"] = chance(2) ? whole : ["schema": ["format": "json", "document": schema()]]
        }
        if chance(9) { task["input"] = ["from": one(of: ["${ { n: (.n? // 2) } }", "${ { n: $input.n? } }"])] }
        if chance(30) { task["input"] = ["schema": ["format": "json", "document": schema()]] }
        if chance(8) { task["timeout"] = timeout() }
        if chance(7) { task["then"] = way(later) }
        return .object(task)
    }

    private mutating func export() -> JSON {
        let name = fresh("k")
        let other = "k\(below(made) + 1)"
        switch below(14) {
        case 0: return ["as": "${ .n? // 1 }"]
        case 1, 2: return ["as": .string("${ ($context // {}) | del(.\(other)?) }")]
        case 3: return ["as": .string("${ ($context // {}) + { k1: .n? } }")]
        case 4:
            return [
                "as": .string("${ ($context // {}) + { n: (.n? // 1) } }"),
                "schema": ["format": "json", "document": schema()],
            ]
        case 5: return ["as": ["n": "${ .n? }", "j": "${ $context.j? }", "was": "${ $context | type }"]]
        default: return ["as": .string("${ ($context // {}) + { \(name): (.n? // 1) } }")]
        }
    }

    private mutating func timeout() -> JSON {
        let value: JSON = ["after": duration(9)]
        guard chance(4) else { return value }
        return reusable("timeouts", value)
    }

    /// Puts `value` below `use` and gives its name.
    mutating func reusable(_ section: String, _ value: JSON) -> JSON {
        let name = fresh("u")
        use[section, default: [:]][name] = value
        return .string(name)
    }

    mutating func way(_ later: [String]) -> JSON {
        if chance(8) { return "end" }
        return .string(one(of: later + ["exit", "continue"]))
    }

    mutating func condition(_ place: Place) -> String {
        var choices = [
            "${ (.n? // 0) % 2 == 0 }", "${ $context == null }", "true", "${ (.n? // 0) > 3 }",
            "${ $task.name | length > 2 }",
        ]
        choices += place.names.map { "${ ($\($0) | tostring | length) < 3 }" }
        choices += place.errors.map { "${ $\($0).status > 500 }" }
        return one(of: choices)
    }

    mutating func expression(_ place: Place) -> JSON {
        if chance(25) { return "${ error(\"no\") }" }
        var choices = [
            "${ ((.n? // 0) + 1) % 11 }", "${ $context.k3? // 4 }", "${ length }", "${ [.n?] }",
            "${ $workflow.input.n? }", "${ $task.reference }", "${ $input | type }", "plain",
            "${ $context | type }",
        ]
        choices += place.names.map { "${ $\($0) }" }
        choices += place.errors.flatMap { ["${ $\($0).status }", "${ $\($0).instance }", "${ $\($0).type }"] }
        return .string(one(of: choices))
    }
}
