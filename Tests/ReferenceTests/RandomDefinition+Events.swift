import Core

extension RandomDefinition {
    mutating func listen(_ place: Place) -> JSONObject {
        var listen: JSONObject = ["to": strategy(place, mayEnd: true)]
        if chance(3) { listen["read"] = .string(one(of: ["data", "envelope", "raw"])) }
        return ["listen": .object(listen)]
    }

    /// A `listen` that runs tasks for each event.
    mutating func foreach(_ place: Place) -> JSONObject {
        var task = listen(place)
        let (item, at) = (fresh("event"), fresh("at"))
        var inner = deeper(place)
        inner.names += [item, at]
        inner.mayListen = false
        var iteration: JSONObject = ["item": .string(item), "at": .string(at)]
        if !chance(5) { iteration["do"] = list(inner) }
        if chance(3) { iteration["output"] = ["as": .string("${ { n: (.n? // $\(at)), was: ($input | type) } }")] }
        if chance(3) {
            iteration["export"] = ["as": .string("${ ($context // {}) + { \(fresh("k")): ($output | type) } }")]
        }
        task["foreach"] = .object(iteration)
        return task
    }

    private mutating func strategy(_ place: Place, mayEnd: Bool) -> JSON {
        switch below(mayEnd ? 6 : 3) {
        case 0: return ["one": filter(place)]
        case 1: return ["any": [filter(place), filter(place)]]
        case 2: return ["all": .array((0..<(1 + below(2))).map { _ in filter(place) })]
        default:
            let filters: JSON = chance(3) ? [] : .array((0..<(1 + below(2))).map { _ in filter(place) })
            return ["any": filters, "until": end(place)]
        }
    }

    private mutating func end(_ place: Place) -> JSON {
        switch below(6) {
        case 0: "${ false }"
        case 1: "${ length >= 2 }"
        case 2: .string("${ (.[-1].n? // 0) >= \(1 + below(4)) }")
        case 3: "${ ([.[] | .n? // 0] | add) > ($input.n? // 2) }"
        default: strategy(place, mayEnd: false)
        }
    }

    private mutating func filter(_ place: Place) -> JSON {
        var attributes: JSONObject = ["type": .string(chance(5) ? "e[01]" : "e\(below(3))")]
        switch below(8) {
        case 0: attributes["data"] = ["from": "event"]
        case 1: attributes["data"] = "${ (.n % 3) != 1 }"
        default: break
        }
        var filter: JSONObject = ["with": .object(attributes)]
        if chance(3) {
            var correlation: JSONObject = ["from": "${ .data.key }"]
            if chance(3) {
                correlation["expect"] = .string(one(of: ["key0", "key1", "${ \"key\\((.n? // 0) | tostring)\" }"]))
            }
            filter["correlate"] = ["shared": .object(correlation)]
        }
        return .object(filter)
    }
}
