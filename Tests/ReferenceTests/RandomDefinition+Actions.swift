import Core

extension RandomDefinition {
    mutating func action(_ place: Place, later: [String]) -> JSONObject {
        let mayNest = place.depth < 3 && left > 0
        switch below(mayNest ? 27 : 13) {
        case 0, 1: return ["set": ["n": expression(place), "deep": ["list": [expression(place), "text"]]]]
        case 2: return ["set": "${ . }"]
        case 3: return wait(place)
        case 4, 5: return call(place)
        case 6: return choice(place, later)
        case 7: return chance(2) ? failure() : emission(place)
        case 8, 9: return place.mayListen ? listen(place) : call(place)
        case 10: return process(place)
        case 11: return until()
        case 12: return child(place)
        case 13: return child(place)
        case 14, 15: return ["do": list(deeper(place))]
        case 16, 17, 18: return guarded(place, later)
        case 19, 20: return loop(place)
        case 21, 22: return fork(place)
        case 23: return place.mayCallFunctions ? function(place) : call(place)
        case 24: return place.mayListen ? foreach(place) : call(place)
        default: return map(place)
        }
    }

    func deeper(_ place: Place) -> Place {
        var place = place
        place.depth += 1
        return place
    }

    private mutating func wait(_ place: Place) -> JSONObject {
        guard chance(5) else { return ["wait": duration(6)] }
        return [
            "wait": .string("${ { milliseconds: ((.n? // 0 | tonumber? // 1 | floor | fabs) * 100 + \(fresh(""))) } }")
        ]
    }

    private mutating func call(_ place: Place) -> JSONObject {
        [
            "call": "http",
            "with": [
                "method": "post", "endpoint": .string("https://x.example/\(fresh("c"))"), "body": expression(place),
            ],
        ]
    }

    private mutating func process(_ place: Place) -> JSONObject {
        let arguments: JSON = [expression(place), .string(fresh("p"))]
        var run: JSONObject =
            chance(2)
            ? ["script": ["language": "js", "code": "main()", "arguments": arguments]]
            : ["shell": ["command": "run", "arguments": arguments]]
        if chance(3) { run["return"] = .string(one(of: ["all", "code", "stderr"])) }
        if chance(4) { run["await"] = false }
        return ["run": .object(run)]
    }

    /// A moment before, at or after the present one.
    private mutating func until() -> JSONObject {
        let offset = Int64(below(14_000)) * 1000 + Int64(made)
        if chance(3) {
            let seconds = Double(Play.start.milliseconds / 1000) + Double(offset / 250_000) / 4
            return ["call": "until:1.0.0@default", "with": ["at": .number(seconds)]]
        }
        return [
            "call": "until:1.0.0@default",
            "with": ["at": .string((Play.start + .microseconds(offset)).description)],
        ]
    }

    private mutating func child(_ place: Place) -> JSONObject {
        if children.isEmpty || (chance(2) && children.count < 3), level < 2 {
            var maker = RandomDefinition(seed: random.next(), name: "\(name)-\(fresh("w"))", level: level + 1)
            children.append(maker.document())
            children += maker.children
        }
        if children.isEmpty { return call(place) }
        let child = one(of: children)
        var workflow: JSONObject = ["namespace": "test", "name": child["document"]?["name"] ?? ""]
        if chance(2) { workflow["version"] = "1.0.0" }
        if chance(2) { workflow["input"] = ["n": expression(place)] }
        var run: JSONObject = ["workflow": .object(workflow)]
        if chance(3) { run["await"] = .bool(chance(3)) }
        return ["run": .object(run)]
    }

    private mutating func failure() -> JSONObject {
        var error: JSON = [
            "type": .string(
                one(of: ["https://x.example/raised", "https://serverlessworkflow.io/spec/1.0.0/errors/timeout"])),
            "status": .integer(Int64(500 + below(3))), "title": "t",
        ]
        if chance(3) { error = reusable("errors", error) }
        return ["raise": ["error": error]]
    }

    private mutating func emission(_ place: Place) -> JSONObject {
        [
            "emit": ["event": ["with": ["type": "told", "data": expression(place)]]],
            "output": ["as": "${ .data }"],
        ]
    }

    private mutating func choice(_ place: Place, _ later: [String]) -> JSONObject {
        var cases: [JSON] = [["a": ["when": .string(condition(place)), "then": way(later)]]]
        if chance(2) { cases.append(["b": ["when": .string(condition(place)), "then": way(later)]]) }
        if chance(2) { cases.insert(["c": ["then": way(later)]], at: below(cases.count + 1)) }
        return ["switch": .array(cases)]
    }

    private mutating func guarded(_ place: Place, _ later: [String]) -> JSONObject {
        var clause = JSONObject()
        switch below(5) {
        case 0: clause["errors"] = ["with": ["status": .integer(Int64(500 + below(3)))]]
        case 1:
            let spelling = one(of: [
                "https://open-workflow-specification.org/spec/1.0.0/errors/",
                "https://serverlessworkflow.io/dsl/errors/types/",
            ])
            let type = one(of: [Script.faultType, "\(spelling)timeout", "\(spelling)expression", "\(spelling)runtime"])
            clause["errors"] = ["with": ["type": .string(type)]]
        default: break
        }
        let name = fresh("err")
        if chance(2) { clause["as"] = .string(name) }
        let variable = clause["as"] == nil ? "error" : name
        if chance(5) { clause["when"] = .string("${ $\(variable).status % 2 == 0 }") }
        if chance(5) { clause["exceptWhen"] = .string("${ .status == 501 }") }
        if chance(2) { clause["retry"] = retry() }
        if chance(3) || clause["retry"] == nil {
            var inner = deeper(place)
            inner.errors.append(variable)
            inner.names.removeAll { $0 == variable }
            if !chance(8) { clause["do"] = list(inner) }
        }
        if chance(4) { clause["then"] = way(later) }
        return ["try": list(deeper(place)), "catch": .object(clause)]
    }

    private mutating func retry() -> JSON {
        var attempt: JSONObject = ["count": .integer(Int64(below(4)))]
        if chance(5) { attempt["duration"] = duration(6) }
        var limit: JSONObject = ["attempt": .object(attempt)]
        if chance(5) { limit["duration"] = duration(12) }
        var retry: JSONObject = ["delay": duration(3), "limit": .object(limit)]
        switch below(5) {
        case 0: retry["backoff"] = ["linear": [:]]
        case 1: retry["backoff"] = ["exponential": [:]]
        case 2: retry["backoff"] = ["exponential": ["factor": 3, "maxDelay": duration(7)]]
        case 3: retry["backoff"] = ["constant": [:]]
        default: break
        }
        if chance(5) { retry["when"] = "${ $error.status != 502 }" }
        if chance(6) { retry["exceptWhen"] = .string("${ .status == 408 }") }
        return chance(5) ? reusable("retries", .object(retry)) : .object(retry)
    }

    private mutating func loop(_ place: Place) -> JSONObject {
        let (each, at) = (fresh("item"), fresh("at"))
        let items: JSON = one(of: [
            "${ [ range(0; 3) ] }", "${ [ (.n? // 0), 5 ] }", "${ [] }", "${ [ range(0; 2) ] }",
            [["n": 4], ["n": "${ .n? }"]], chance(4) ? "${ . }" : "${ [ 1 ] }",
        ])
        var inner = deeper(place)
        inner.names += [each, at]
        var task: JSONObject = [
            "for": ["each": .string(each), "at": .string(at), "in": items], "do": list(inner),
        ]
        if chance(3) { task["while"] = .string("${ $\(at) < 2 and (.n? // 0) != 4 }") }
        return task
    }
}
