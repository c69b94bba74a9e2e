import Core

extension Evaluator {
    /// The built-ins that run their arguments themselves.
    func run(
        _ special: Special, _ arguments: [Node], _ place: Place, _ env: Environment?, _ out: Output
    ) throws(Signal) {
        let input = place.value
        switch special {
        case .empty: return
        case .error0: throw .raised(input)
        case .error1: try each(arguments[0], input, env) { value throws(Signal) in throw .raised(value) }
        case .path:
            try run(arguments[0], Place(input, .at([])), env) { inner throws(Signal) in
                guard case .at(let path) = inner.path else { throw Access.invalidPath(inner.value) }
                try out(place.made(.array(path)))
            }
        case .getpath: try getpath(arguments[0], place, env, out)
        case .select:
            try each(arguments[0], input, env) { value throws(Signal) in if value.isTruthy { try out(place) } }
        case .map:
            var elements: [JSON] = []
            try iterate(Place(input)) { element throws(Signal) in
                try each(arguments[0], element.value, env) { value throws(Signal) in
                    elements.append(value)
                    try admit(count: elements.count)
                }
            }
            try out(place.made(try build(.array(elements))))
        case .delete: try out(place.made(try Access.delete(input, try paths(arguments[0], input, env), self)))
        case .isEmpty:
            let found = try firstPlace(arguments[0], Place(input), env)
            try out(place.made(.bool(found == nil)))
        case .any, .all: try quantify(special == .any, arguments, place, env, out)
        case .sortBy, .groupBy, .uniqueBy, .minBy, .maxBy: try keyed(special, arguments[0], place, env, out)
        default: try loop(special, arguments, place, env, out)
        }
    }

    private func getpath(_ argument: Node, _ place: Place, _ env: Environment?, _ out: Output) throws(Signal) {
        try each(argument, place.value, env) { path throws(Signal) in
            guard let keys = path.array else { throw .message("Path must be specified as an array") }
            try step(keys.count)
            let value = try Access.get(place.value, path: keys[...])
            switch place.path {
            case .off: try out(Place(value))
            case .lost: throw Access.invalidPath(place.value)
            case .at(let base): try out(Place(value, .at(base + keys)))
            }
        }
    }

    private func firstPlace(_ node: Node, _ place: Place, _ env: Environment?) throws(Signal) -> Place? {
        var found: Place?
        lastLabel += 1
        let mine = lastLabel
        do throws(Signal) {
            try run(node, place, env) { place throws(Signal) in
                found = place
                throw Signal.leave(mine)
            }
        } catch .leave(mine) {
            return found
        }
        return found
    }

    private func quantify(
        _ isAny: Bool, _ arguments: [Node], _ place: Place, _ env: Environment?, _ out: Output
    ) throws(Signal) {
        var result = !isAny
        lastLabel += 1
        let mine = lastLabel
        do throws(Signal) {
            try each(arguments[0], place.value, env) { element throws(Signal) in
                try each(arguments[1], element, env) { value throws(Signal) in
                    guard value.isTruthy == isAny else { return }
                    result = isAny
                    throw Signal.leave(mine)
                }
            }
        } catch .leave(mine) {
            // Decided early.
        }
        try out(place.made(.bool(result)))
    }

    private func keyed(
        _ special: Special, _ key: Node, _ place: Place, _ env: Environment?, _ out: Output
    ) throws(Signal) {
        guard let elements = place.value.array else {
            let verb =
                switch special {
                case .sortBy: "sorted, as it is not an array"
                case .groupBy, .uniqueBy: "grouped, as it is not an array"
                default: "iterated over"
                }
            if special == .minBy || special == .maxBy { throw .message("Cannot iterate over \(place.value.kind)") }
            throw .message("\(place.value.kind)\(Access.shownInParentheses(place.value)) cannot be \(verb)")
        }
        var pairs: [(key: JSON, value: JSON)] = []
        for element in elements { pairs.append((try collect(key, element, env), element)) }
        if special == .minBy || special == .maxBy {
            return try out(place.made(try extreme(pairs, isMinimum: special == .minBy)))
        }
        let sorted = try Ordering.sorted(pairs, self)
        guard special != .sortBy else { return try out(place.made(.array(sorted.map(\.value)))) }
        var groups: [[JSON]] = []
        var last: JSON?
        for pair in sorted {
            if let last, try Ordering.compare(last, pair.key, self) == 0 {
                groups[groups.count - 1].append(pair.value)
            } else {
                groups.append([pair.value])
            }
            last = pair.key
        }
        try out(place.made(.array(special == .groupBy ? groups.map(JSON.array) : groups.map { $0[0] })))
    }

    private func extreme(_ pairs: [(key: JSON, value: JSON)], isMinimum: Bool) throws(Signal) -> JSON {
        guard var best = pairs.first else { return .null }
        for pair in pairs.dropFirst() {
            let order = try Ordering.compare(pair.key, best.key, self)
            if isMinimum ? order < 0 : order >= 0 { best = pair }
        }
        return best.value
    }

    private func loop(
        _ special: Special, _ arguments: [Node], _ place: Place, _ env: Environment?, _ out: Output
    ) throws(Signal) {
        switch special {
        case .range2, .range3: try range(arguments, place, env, out)
        case .limit, .skip: try limit(special == .limit, arguments, place, env, out)
        case .first: if let found = try firstPlace(arguments[0], place, env) { try out(found) }
        case .last:
            var found: Place?
            try run(arguments[0], place, env) { place throws(Signal) in found = place }
            if let found { try out(found) }
        case .until: try until(arguments, place, env, out)
        case .whileLoop: try whileLoop(arguments, place, env, out)
        case .repeatLoop: try repeatLoop(arguments[0], place, env, out)
        case .recurse: try recurse(arguments[0], place, env, out)
        default: preconditionFailure("handled before")
        }
    }

    private func range(_ arguments: [Node], _ place: Place, _ env: Environment?, _ out: Output) throws(Signal) {
        try all(arguments[...], [], place.value, env) { values throws(Signal) in
            guard let from = values[0].double, let to = values[1].double else {
                throw .message("Range bounds must be numeric")
            }
            guard let by = values.count == 3 ? values[2].double : 1 else {
                throw .message("Range bounds must be numeric")
            }
            var at = from
            if by > 0 {
                while at < to {
                    try step()
                    try out(place.made(Arithmetic.number(at)))
                    at += by
                }
            } else if by < 0 {
                while at > to {
                    try step()
                    try out(place.made(Arithmetic.number(at)))
                    at += by
                }
            } else if from < to {
                while true {
                    try step()
                    try out(place.made(Arithmetic.number(from)))
                }
            }
        }
    }

    private func limit(
        _ takes: Bool, _ arguments: [Node], _ place: Place, _ env: Environment?, _ out: Output
    ) throws(Signal) {
        try each(arguments[0], place.value, env) { count throws(Signal) in
            guard let number = count.double else { throw .message("Invalid arguments") }
            guard number >= 0 else {
                throw .message("\(takes ? "limit" : "skip") doesn't support negative count")
            }
            if takes, number <= 0 { return }
            var seen = 0.0
            lastLabel += 1
            let mine = lastLabel
            do throws(Signal) {
                try run(arguments[1], place, env) { place throws(Signal) in
                    seen += 1
                    if takes {
                        try out(place)
                        if seen >= number { throw Signal.leave(mine) }
                    } else if seen > number {
                        try out(place)
                    }
                }
            } catch .leave(mine) {
                return
            }
        }
    }

    private func until(_ arguments: [Node], _ place: Place, _ env: Environment?, _ out: Output) throws(Signal) {
        guard arguments[0].isSingle, arguments[1].isSingle else {
            return try each(arguments[0], place.value, env) { done throws(Signal) in
                if done.isTruthy { return try out(place) }
                try run(arguments[1], place, env) { place throws(Signal) in try until(arguments, place, env, out) }
            }
        }
        var value = place.value
        while try !one(arguments[0], value, env).isTruthy { value = try one(arguments[1], value, env) }
        try out(place.made(value))
    }

    private func whileLoop(_ arguments: [Node], _ place: Place, _ env: Environment?, _ out: Output) throws(Signal) {
        var place = place
        guard arguments[0].isSingle, arguments[1].isSingle, case .off = place.path else {
            let here = place
            return try each(arguments[0], here.value, env) { holds throws(Signal) in
                guard holds.isTruthy else { return }
                try out(here)
                try run(arguments[1], here, env) { place throws(Signal) in try whileLoop(arguments, place, env, out) }
            }
        }
        while try one(arguments[0], place.value, env).isTruthy {
            try out(place)
            place = Place(try one(arguments[1], place.value, env))
        }
    }

    private func repeatLoop(_ body: Node, _ place: Place, _ env: Environment?, _ out: Output) throws(Signal) {
        var place = place
        guard body.isSingle, case .off = place.path else {
            try out(place)
            return try run(body, place, env) { place throws(Signal) in try repeatLoop(body, place, env, out) }
        }
        while true {
            try out(place)
            place = Place(try one(body, place.value, env))
        }
    }

    private func recurse(_ body: Node, _ place: Place, _ env: Environment?, _ out: Output) throws(Signal) {
        try out(place)
        try run(body, place, env) { place throws(Signal) in try recurse(body, place, env, out) }
    }
}
