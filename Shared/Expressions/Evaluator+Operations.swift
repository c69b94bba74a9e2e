import Core

extension Evaluator {
    /// The operations that are not tail positions.
    func step(_ node: Node, _ place: Place, _ env: Environment?, _ out: Output) throws(Signal) {
        let input = place.value
        switch node.operation {
        case .identity: try out(place)
        case .recurseDefault: try recurse(place, out)
        case .index(let target, let key):
            try each(key, input, env) { key throws(Signal) in
                try run(target, place, env) { place throws(Signal) in try out(try Access.get(place, key)) }
            }
        case .slice(let target, let lower, let upper): try slice(target, lower, upper, place, env, out)
        case .iterate(let target):
            try run(target, place, env) { place throws(Signal) in try iterate(place, out) }
        case .comma(let left, let right):
            try run(left, place, env, out)
            try run(right, place, env, out)
        case .alternative(let left, let right): try alternative(left, right, place, env, out)
        case .attempt(let body, let handler): try attempt(body, handler, place, env, out)
        case .reduce(let source, let pattern, let start, let update):
            try run(start, place, env) { start throws(Signal) in
                var state = start
                try each(source, input, env) { value throws(Signal) in
                    try match(pattern, value, env) { env throws(Signal) in
                        var next = state.made(.null)
                        try run(update, state, env) { place throws(Signal) in next = place }
                        state = next
                    }
                }
                try out(state)
            }
        case .foreach(let source, let pattern, let start, let update, let extract):
            try run(start, place, env) { start throws(Signal) in
                var state = start
                try each(source, input, env) { value throws(Signal) in
                    try match(pattern, value, env) { env throws(Signal) in
                        try run(update, state, env) { place throws(Signal) in
                            state = place
                            guard let extract else { return try out(place) }
                            try run(extract, place, env, out)
                        }
                    }
                }
            }
        case .label(let body):
            lastLabel += 1
            let label = lastLabel
            do throws(Signal) {
                try run(body, place, Environment(.label(label), env), out)
            } catch .leave(label) {
                return
            }
        case .leave(let up):
            guard case .label(let label)? = link(up, env)?.slot else { preconditionFailure("compiled wrongly") }
            throw .leave(label)
        case .special(let special, let arguments): try run(special, arguments, place, env, out)
        default: try values(node, place, env, out)
        }
    }

    /// The operations that make values and so have no place.
    private func values(_ node: Node, _ place: Place, _ env: Environment?, _ out: Output) throws(Signal) {
        let input = place.value
        if node.isSingle { return try out(place.made(try one(node, input, env))) }
        switch node.operation {
        case .string(let format, let parts):
            try string(format, parts[...], "", input, env) { text throws(Signal) in
                try out(place.made(.string(text)))
            }
        case .object(let members):
            try object(members[...], JSONObject(), input, env) { value throws(Signal) in
                try out(place.made(value))
            }
        case .negate(let inner):
            try each(inner, input, env) { value throws(Signal) in
                guard value.double != nil else { throw .message("\(Values.described(value)) cannot be negated") }
                try out(place.made(Arithmetic.negated(value)))
            }
        case .binary(let kind, let left, let right):
            try each(right, input, env) { right throws(Signal) in
                try each(left, input, env) { left throws(Signal) in
                    try out(place.made(try Arithmetic.apply(kind, left, right, self)))
                }
            }
        case .and(let left, let right):
            try each(left, input, env) { left throws(Signal) in
                guard left.isTruthy else { return try out(place.made(.bool(false))) }
                try each(right, input, env) { right throws(Signal) in try out(place.made(.bool(right.isTruthy))) }
            }
        case .or(let left, let right):
            try each(left, input, env) { left throws(Signal) in
                if left.isTruthy { return try out(place.made(.bool(true))) }
                try each(right, input, env) { right throws(Signal) in try out(place.made(.bool(right.isTruthy))) }
            }
        case .assign(let kind, let left, let right): try assign(kind, left, right, place, env, out)
        case .native(let native, let arguments):
            try all(arguments[...], [], input, env) { values throws(Signal) in
                try out(place.made(try native.apply(input, values, self)))
            }
        default: preconditionFailure("handled before")
        }
    }

    /// Every combination of the arguments' results.
    func all(
        _ arguments: ArraySlice<Node>, _ values: [JSON], _ input: JSON, _ env: Environment?,
        _ out: ([JSON]) throws(Signal) -> Void
    ) throws(Signal) {
        guard let first = arguments.first else { return try out(values) }
        try each(first, input, env) { value throws(Signal) in
            try all(arguments.dropFirst(), values + [value], input, env, out)
        }
    }

    private func string(
        _ format: Format?, _ parts: ArraySlice<Node.Part>, _ tail: String, _ input: JSON, _ env: Environment?,
        _ out: (String) throws(Signal) -> Void
    ) throws(Signal) {
        // The last part varies slowest, as in jq.
        guard let last = parts.last else { return try out(tail) }
        try admit(bytes: tail.utf8.count)
        switch last {
        case .text(let text): try string(format, parts.dropLast(), text + tail, input, env, out)
        case .program(let node):
            try each(node, input, env) { value throws(Signal) in
                let text = try (format ?? .text).apply(value, self)
                try string(format, parts.dropLast(), text + tail, input, env, out)
            }
        }
    }

    private func object(
        _ members: ArraySlice<Node.Member>, _ object: JSONObject, _ input: JSON, _ env: Environment?,
        _ out: (JSON) throws(Signal) -> Void
    ) throws(Signal) {
        guard let first = members.first else { return try out(try build(.object(object))) }
        try each(first.key, input, env) { key throws(Signal) in
            try each(first.value, input, env) { value throws(Signal) in
                var next = object
                next[try Access.key(key)] = value
                try self.object(members.dropFirst(), next, input, env, out)
            }
        }
    }

    private func slice(
        _ target: Node, _ lower: Node?, _ upper: Node?, _ place: Place, _ env: Environment?, _ out: Output
    ) throws(Signal) {
        let null = Node(.literal(.null), isSingle: true)
        try each(upper ?? null, place.value, env) { upper throws(Signal) in
            try each(lower ?? null, place.value, env) { lower throws(Signal) in
                let key = JSON.object(["start": lower, "end": upper])
                try run(target, place, env) { place throws(Signal) in try out(try Access.get(place, key)) }
            }
        }
    }

    func iterate(_ place: Place, _ out: Output) throws(Signal) {
        try Access.mustHavePlace(place, "iterate through")
        switch place.value {
        case .array(let elements):
            for (position, element) in elements.enumerated() {
                try step()
                try out(Access.below(place, .integer(Int64(position)), element))
            }
        case .object(let object):
            for (key, value) in object {
                try step()
                try out(Access.below(place, .string(key), value))
            }
        default: throw .message("Cannot iterate over \(place.value.kind)\(Access.shownInParentheses(place.value))")
        }
    }

    private func recurse(_ place: Place, _ out: Output) throws(Signal) {
        try out(place)
        guard place.value.holds else { return }
        var waiting = [place]
        // Depth first without nesting: children are pushed in reverse.
        var pending: [Place] = []
        try children(of: waiting.removeLast(), &pending)
        while let next = pending.popLast() {
            try step()
            try out(next)
            if next.value.holds { try children(of: next, &pending) }
        }
    }

    private func children(of place: Place, _ pending: inout [Place]) throws(Signal) {
        var found: [Place] = []
        try iterate(place) { place throws(Signal) in found.append(place) }
        pending.append(contentsOf: found.reversed())
    }

    private func alternative(
        _ left: Node, _ right: Node, _ place: Place, _ env: Environment?, _ out: Output
    ) throws(Signal) {
        var found = false
        try run(left, place, env) { place throws(Signal) in
            guard place.value.isTruthy else { return }
            found = true
            try out(place)
        }
        if !found { try run(right, place, env, out) }
    }

    private func attempt(
        _ body: Node, _ handler: Node?, _ place: Place, _ env: Environment?, _ out: Output
    ) throws(Signal) {
        lastLabel += 1
        let mine = lastLabel
        do throws(Signal) {
            try run(body, place, env) { place throws(Signal) in
                do throws(Signal) { try out(place) } catch { throw Signal.downstream(mine, error) }
            }
        } catch {
            switch error {
            case .downstream(mine, let signal): throw signal
            case .raised(let value):
                guard let handler else { return }
                try run(handler, place.made(value), env, out)
            default: throw error
            }
        }
    }
}
