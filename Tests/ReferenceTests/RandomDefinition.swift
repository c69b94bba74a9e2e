import Core

/// Makes valid definitions of the kinds of tasks that wait, branch, loop, fail and recover, nested, from a seed.
struct RandomDefinition {
    private var random: SplitMix64
    private var made = 0
    private var functions = JSONObject()
    /// Whether the list that is being made may end the execution.
    private var mayEnd = true
    private(set) var forks = false

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    private mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    private mutating func chance(_ of: Int) -> Bool { below(of) == 0 }

    mutating func document() -> JSON {
        var document: JSONObject = [
            "document": ["dsl": "1.0.3", "namespace": "test", "name": "random", "version": "1.0.0"]
        ]
        if chance(6) { document["timeout"] = ["after": duration(40)] }
        if chance(4) { document["output"] = ["as": "${ { result: . } }"] }
        let body = list(depth: 0, names: [])
        if !functions.isEmpty { document["use"] = ["functions": .object(functions)] }
        document["do"] = body
        return .object(document)
    }

    /// No two of them are alike, so that seldom two things happen at one moment.
    private mutating func duration(_ seconds: Int) -> JSON {
        made += 1
        return [
            "seconds": .integer(Int64(below(seconds))),
            "milliseconds": .integer(Int64((made * 7 + below(90) * 11) % 999 + 1)),
        ]
    }

    private mutating func list(depth: Int, names: [String], first: JSONObject? = nil) -> JSON {
        let count = 1 + below(3)
        let titles = (0..<count).map { _ in
            made += 1
            return "t\(made)"
        }
        var tasks: [JSON] = []
        if let first {
            made += 1
            tasks.append(["t\(made)": .object(first)])
        }
        for (position, title) in titles.enumerated() {
            tasks.append([title: task(depth: depth, names: names, later: Array(titles[(position + 1)...]))])
        }
        return .array(tasks)
    }

    private mutating func task(depth: Int, names: [String], later: [String]) -> JSON {
        var task = action(depth: depth, names: names, later: later)
        if chance(6) { task["if"] = .string(condition(names)) }
        if chance(6) {
            made += 1
            task["export"] = ["as": .string("${ ($context // {}) + { k\(made): (.n? // 1) } }")]
        }
        if task["emit"] == nil, chance(7) {
            task["output"] = ["as": .string("${ { n: ((.n? // 0) + 1), was: ($input | type) } }")]
        }
        if chance(9) { task["input"] = ["from": "${ { n: (.n? // 2) } }"] }
        if chance(40) { task["input"] = ["schema": ["format": "json", "document": ["required": ["n"]]]] }
        if chance(8) { task["timeout"] = ["after": duration(9)] }
        if task["switch"] == nil, chance(8) {
            let ways = later + ["exit", "continue"] + (mayEnd ? ["end"] : [])
            task["then"] = .string(ways[below(ways.count)])
        }
        return .object(task)
    }

    private mutating func condition(_ names: [String]) -> String {
        var choices = ["${ (.n? // 0) % 2 == 0 }", "${ $context == null }", "true", "${ (.n? // 0) > 3 }"]
        choices += names.map { "${ ($\($0) | tostring | length) < 3 }" }
        return choices[below(choices.count)]
    }

    private mutating func expression(_ names: [String]) -> JSON {
        var choices = ["${ ((.n? // 0) + 1) % 11 }", "${ $context.k3? // 4 }", "${ length }", "${ [.n?] }"]
        choices += names.map { "${ $\($0) }" }
        if chance(25) { choices = ["${ error(\"no\") }"] }
        return .string(choices[below(choices.count)])
    }

    private mutating func action(depth: Int, names: [String], later: [String]) -> JSONObject {
        switch below(depth < 3 ? 14 : 8) {
        case 0, 1: return ["set": ["n": expression(names), "deep": ["list": [expression(names), "text"]]]]
        case 2: return ["set": "${ . }"]
        case 3: return ["wait": duration(6)]
        case 4:
            made += 1
            return [
                "call": "http",
                "with": [
                    "method": "post", "endpoint": .string("https://x.example/c\(made)"), "body": expression(names),
                ],
            ]
        case 5: return choice(names, later)
        case 6:
            return chance(3)
                ? failure()
                : [
                    "emit": ["event": ["with": ["type": "told", "data": expression(names)]]],
                    "output": ["as": "${ .data }"],
                ]
        case 7: return listen()
        case 8: return ["do": list(depth: depth + 1, names: names)]
        case 9, 10: return guarded(depth, names)
        case 11: return loop(depth, names)
        case 12: return fork(depth, names)
        default: return function(depth)
        }
    }

    private mutating func failure() -> JSONObject {
        [
            "raise": [
                "error": ["type": "https://x.example/raised", "status": .integer(Int64(500 + below(3))), "title": "t"]
            ]
        ]
    }

    private mutating func choice(_ names: [String], _ later: [String]) -> JSONObject {
        let ways = later + ["continue", "exit"]
        var cases: [JSON] = [["a": ["when": .string(condition(names)), "then": .string(ways[below(ways.count)])]]]
        if chance(2) { cases.append(["b": ["then": .string(ways[below(ways.count)])]]) }
        return ["switch": .array(cases)]
    }

    private mutating func listen() -> JSONObject {
        let filters = (0..<3).map { JSON.object(["with": ["type": .string("e\($0)")]]) }
        switch below(3) {
        case 0: return ["listen": ["to": ["one": filters[below(3)]]]]
        case 1: return ["listen": ["to": ["any": .array([filters[0], filters[1 + below(2)]])]]]
        default: return ["listen": ["to": ["all": .array([filters[below(2)], filters[2]])]]]
        }
    }

    private mutating func guarded(_ depth: Int, _ names: [String]) -> JSONObject {
        var clause = JSONObject()
        if chance(3) { clause["errors"] = ["with": ["status": .integer(Int64(500 + below(3)))]] }
        let retries = chance(2)
        if retries {
            clause["retry"] = ["delay": duration(3), "limit": ["attempt": ["count": .integer(Int64(1 + below(3)))]]]
        }
        if !retries || chance(2) {
            clause["do"] =
                chance(3) ? [["h\(made)": ["set": ["n": "${ $error.status }"]]]] : list(depth: depth + 1, names: names)
        }
        return ["try": list(depth: depth + 1, names: names), "catch": .object(clause)]
    }

    private mutating func loop(_ depth: Int, _ names: [String]) -> JSONObject {
        made += 1
        let (each, at) = ("item\(made)", "at\(made)")
        let items = ["${ [ range(0; 3) ] }", "${ [ (.n? // 0), 5 ] }", "${ [] }", "${ . }"][chance(12) ? 3 : below(3)]
        var task: JSONObject = [
            "for": ["each": .string(each), "at": .string(at), "in": .string(items)],
            "do": list(depth: depth + 1, names: names + [each, at]),
        ]
        if chance(3) { task["while"] = .string("${ $\(at) < 2 and (.n? // 0) != 4 }") }
        return task
    }

    /// Every branch begins with a wait, so that no two end at one moment.
    private mutating func fork(_ depth: Int, _ names: [String]) -> JSONObject {
        forks = true
        let could = mayEnd
        mayEnd = false
        defer { mayEnd = could }
        let branches = (0..<(2 + below(2))).map { _ -> JSON in
            made += 1
            let title = "b\(made)"
            return [title: ["do": list(depth: depth + 1, names: names, first: ["wait": duration(5)])]]
        }
        return chance(2)
            ? ["fork": ["branches": .array(branches), "compete": true]] : ["fork": ["branches": .array(branches)]]
    }

    private mutating func function(_ depth: Int) -> JSONObject {
        made += 1
        let name = "f\(made)"
        let could = mayEnd
        mayEnd = false
        defer { mayEnd = could }
        functions[name] = ["do": list(depth: depth + 1, names: [])]
        return ["call": .string(name), "with": ["n": "${ .n? // 6 }"]]
    }
}
