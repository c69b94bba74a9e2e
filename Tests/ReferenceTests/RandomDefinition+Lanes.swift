import Core

extension RandomDefinition {
    /// Every branch begins with a wait, so that no two end at one moment.
    mutating func fork(_ place: Place) -> JSONObject {
        let branches = (0..<(2 + below(2))).map { _ -> JSON in
            let title = fresh("b")
            var branch: JSONObject = ["do": list(deeper(place), first: ["wait": duration(5)])]
            if chance(6) { branch["if"] = .string(condition(place)) }
            if chance(8) { branch["then"] = .string(one(of: ["exit", "continue", "end"])) }
            return [title: .object(branch)]
        }
        var fork: JSONObject = ["branches": .array(branches)]
        if chance(2) { fork["compete"] = true }
        return ["fork": .object(fork)]
    }

    /// Items wait for different times, so that no two end at one moment. A `listen` would be shared by the items: which
    /// of them takes which event is nobody's business.
    mutating func map(_ place: Place) -> JSONObject {
        let (each, at) = (fresh("item"), fresh("at"))
        var inner = deeper(place)
        inner.names += [each, at]
        inner.mayListen = false
        inner.mayCallFunctions = false
        var with: JSONObject = [
            "in": one(of: ["${ [ range(0; 3) ] }", "${ [ (.n? // 0), 5 ] }", "${ [] }", "${ [ { n: 3 }, null ] }"]),
            "each": .string(each), "at": .string(at),
        ]
        if chance(2) { with["concurrency"] = one(of: [1, 2, "${ 2 }"]) }
        if chance(2) { with["onError"] = .string(one(of: ["fail", "collect", "collect"])) }
        if chance(4) {
            with["call"] = "http"
            with["with"] = [
                "method": "post", "endpoint": .string("https://x.example/\(fresh("c"))"),
                "body": [.string("${ $\(each) }"), .string("${ $\(at) }")],
            ]
        } else {
            let wait = "${ { milliseconds: (\(below(900) + 100) + $\(at) * \(fresh("").count * 131 + below(900))) } }"
            with["do"] = list(inner, first: ["wait": .string(wait)])
        }
        // What errors say in words is nobody's business.
        let errors = "${ [.[] | if has(\"error\") then .error |= { status, type, instance } else . end] }"
        return [
            "call": "map:1.0.0@default", "with": .object(with),
            "output": with["onError"] == "collect" ? ["as": .string(errors)] : [:],
        ]
    }

    mutating func function(_ place: Place) -> JSONObject {
        let name = fresh("f")
        var body: JSONObject
        switch below(3) {
        case 0:
            body = [
                "call": "http",
                "with": ["method": "get", "endpoint": "https://x.example/f", "query": ["n": "${ .n }"]],
            ]
        default: body = ["do": list(Place(depth: place.depth + 1, mayListen: place.mayListen))]
        }
        if chance(4) { body["output"] = ["as": "${ { n: 7, of: . } }"] }
        if chance(6) { body["timeout"] = ["after": duration(9)] }
        if chance(8) { body["then"] = .string(one(of: ["exit", "end"])) }
        use["functions", default: [:]][name] = .object(body)
        return ["call": .string(name), "with": ["n": "${ .n? // 6 }"]]
    }

    /// What runs around tasks of one kind.
    mutating func `extension`() -> JSON {
        let kinds = [
            "all", "call", "composite", "set", "for", "listen", "run", "switch", "try", "wait", "emit", "raise",
        ]
        var body: JSONObject = ["extend": .string(one(of: kinds))]
        if chance(2) {
            body["when"] = .string(one(of: ["${ (.n? // 0) % 2 == 0 }", "${ $task.name | endswith(\"3\") }"]))
        }
        if chance(2) { body["before"] = stage() }
        if body["before"] == nil || chance(2) { body["after"] = stage() }
        return [fresh("x"): .object(body)]
    }

    private mutating func stage() -> JSON {
        let place = Place(depth: 3, mayListen: false, mayCallFunctions: false)
        switch below(4) {
        case 0: return [[fresh("t"): ["set": ["n": "${ $task.input.n? }", "given": "${ $task.output.n? }"]]]]
        case 1:
            let exit: JSON = ["a": ["when": .string(condition(place)), "then": "exit"]]
            return [[fresh("t"): ["set": ["n": 2]]], [fresh("t"): ["switch": [exit]]], [fresh("t"): ["set": ["n": 8]]]]
        case 2: return [[fresh("t"): ["wait": duration(2)]]]
        default: return list(place)
        }
    }
}
