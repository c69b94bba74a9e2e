import Core
import Engine
import Workflow

/// Makes valid workflows of every supported task, from a seed.
struct RandomWorkflow {
    var random: SplitMix64
    private var made = 0

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    mutating func document() -> JSON {
        var document: JSONObject = [
            "document": ["dsl": "1.0.3", "namespace": "test", "name": "random", "version": "1.0.0"]
        ]
        if below(4) == 0 { document["timeout"] = ["after": ["seconds": .integer(Int64(below(200) + 1))]] }
        if below(3) == 0 { document["output"] = ["as": "{ result: . }"] }
        if below(4) == 0 {
            document["use"] = [
                "extensions": [
                    ["e": ["extend": "set", "before": [["b": ["wait": "PT1S"]]], "after": [["a": ["set": "${ . }"]]]]]
                ]
            ]
        }
        document["do"] = list(depth: 0)
        return .object(document)
    }

    private mutating func list(depth: Int) -> JSON {
        let names = (0..<(1 + below(4))).map { _ in
            made += 1
            return "t\(made)"
        }
        var tasks: [JSON] = []
        for (position, name) in names.enumerated() {
            var task = action(depth: depth, names: Array(names[(position + 1)...]))
            if below(4) == 0 { task["if"] = .string(["true", "false", ".n != 3", "$context == null"][below(4)]) }
            if below(5) == 0 { task["export"] = ["as": .string("($context // {}) + { \(name): . }")] }
            if below(6) == 0 { task["output"] = ["as": "${ { n: ((.n? // 0) + 1) } }"] }
            if below(8) == 0 { task["input"] = ["from": "${ { n: (.n? // 0) } }"] }
            if below(8) == 0 { task["timeout"] = ["after": ["seconds": .integer(Int64(below(20) + 1))]] }
            if task["switch"] == nil, below(7) == 0 {
                task["then"] = .string(
                    ["exit", "end", "continue", names[below(names.count - position) + position]][below(4)])
            }
            tasks.append([name: .object(task)])
        }
        return .array(tasks)
    }

    private mutating func action(depth: Int, names: [String]) -> JSONObject {
        let kinds = depth < 2 ? 14 : 7
        switch below(kinds) {
        case 0: return ["set": ["n": "${ ((.n? // 0) + 1) % 7 }", "deep": ["x": "${ $input | type }"]]]
        case 1: return ["set": "${ . }"]
        case 2:
            let then = JSON.string((names + ["exit", "continue"])[below(names.count + 2)])
            return [
                "switch": [["odd": ["when": "(.n? // 0) % 2 == 1", "then": then]], ["other": ["then": "continue"]]]
            ]
        case 3: return ["emit": ["event": ["with": ["type": "a.b.v1", "data": "${ . }"]]]]
        case 4: return ["wait": ["seconds": .integer(Int64(below(30)))]]
        case 5:
            return [
                "call": .string(["agent:1.0.0@default", "policy:1.0.0"][below(2)]),
                "with": ["n": "${ .n? }", "goal": "go", "policy": "p"],
            ]
        case 6:
            if below(3) > 0 {
                return ["call": "http", "with": ["method": "get", "endpoint": "https://x.example/{n}"]]
            }
            return ["raise": ["error": ["type": "https://x.example/e", "status": .integer(Int64(400 + below(3)))]]]
        case 7: return ["do": list(depth: depth + 1)]
        case 8:
            return [
                "for": ["each": "x", "in": .string("[ range(\(below(4))) ]")],
                "while": .string(["true", ".n? != 5"][below(2)]),
                "do": list(depth: depth + 1),
            ]
        case 9: return ["fork": ["compete": .bool(below(2) == 0), "branches": branches(depth: depth + 1)]]
        case 10:
            return [
                "call": "map:1.0.0",
                "with": [
                    "in": .string("[ range(\(below(5))) ]"), "concurrency": .integer(Int64(below(3) + 1)),
                    "onError": .string(["fail", "collect"][below(2)]), "do": list(depth: depth + 1),
                ],
            ]
        case 11:
            return ["run": ["await": .bool(below(3) > 0), "workflow": ["namespace": "test", "name": "child"]]]
        default: return guarded(depth: depth)
        }
    }

    /// A list without jumps: branches run side by side.
    private mutating func branches(depth: Int) -> JSON {
        let list = self.list(depth: depth).array ?? []
        return .array(
            list.map { branch in
                .object(
                    JSONObject(
                        (branch.object ?? [:]).map { name, task in
                            var task = task.object ?? [:]
                            if task["then"] != nil { task["then"] = "continue" }
                            if task["switch"] != nil { task["switch"] = [["one": ["then": "continue"]]] }
                            return (name, .object(task))
                        }))
            })
    }

    private mutating func guarded(depth: Int) -> JSONObject {
        var clause = JSONObject()
        if below(2) == 0 { clause["errors"] = ["with": ["status": .integer(Int64(400 + below(3)))]] }
        if below(3) == 0 { clause["when"] = "$error.status < 402" }
        if below(2) == 0 {
            clause["retry"] = [
                "delay": ["seconds": .integer(Int64(below(3)))], "backoff": ["exponential": [:]],
                "jitter": ["from": ["seconds": 0], "to": ["seconds": 2]],
                "limit": ["attempt": ["count": .integer(Int64(below(3)))]],
            ]
        }
        if below(2) == 0 { clause["do"] = list(depth: depth + 1) }
        return ["try": list(depth: depth + 1), "catch": .object(clause)]
    }
}
