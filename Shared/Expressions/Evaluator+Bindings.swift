import Core

extension Evaluator {
    func bind(
        _ source: Node, _ branches: [Node.Branch], _ place: Place, _ env: Environment?, _ out: Output
    ) throws(Signal) {
        try each(source, place.value, env) { value throws(Signal) in
            for (position, branch) in branches.enumerated() {
                var inner = env
                for _ in 0..<branch.nulls { inner = Environment(.value(.null), inner) }
                if position == branches.count - 1 {
                    return try match(branch.pattern, value, inner) { env throws(Signal) in
                        try run(branch.body, place, env, out)
                    }
                }
                // An error in a branch that is not the last one leads to the next.
                lastLabel += 1
                let mine = lastLabel
                do throws(Signal) {
                    return try match(branch.pattern, value, inner) { env throws(Signal) in
                        try run(branch.body, place, env) { place throws(Signal) in
                            do throws(Signal) { try out(place) } catch { throw Signal.downstream(mine, error) }
                        }
                    }
                } catch {
                    if case .downstream(mine, let signal) = error { throw signal }
                    guard case .raised = error else { throw error }
                }
            }
        }
    }

    func match(
        _ pattern: Node.Pattern, _ value: JSON, _ env: Environment?, _ then: (Environment?) throws(Signal) -> Void
    ) throws(Signal) {
        switch pattern {
        case .variable: try then(Environment(.value(value), env))
        case .array(let elements):
            guard value.isNull || value.array != nil else {
                throw .message("Cannot index \(value.kind) with number")
            }
            try matchElements(elements[...], 0, value, env, then)
        case .object(let members): try matchMembers(members[...], value, env, then)
        }
    }

    private func matchElements(
        _ patterns: ArraySlice<Node.Pattern>, _ position: Int, _ value: JSON, _ env: Environment?,
        _ then: (Environment?) throws(Signal) -> Void
    ) throws(Signal) {
        guard let first = patterns.first else { return try then(env) }
        try match(first, value[position] ?? .null, env) { env throws(Signal) in
            try matchElements(patterns.dropFirst(), position + 1, value, env, then)
        }
    }

    private func matchMembers(
        _ members: ArraySlice<(binds: Bool, key: Node, value: Node.Pattern?)>, _ value: JSON, _ env: Environment?,
        _ then: (Environment?) throws(Signal) -> Void
    ) throws(Signal) {
        guard let first = members.first else { return try then(env) }
        try each(first.key, value, env) { key throws(Signal) in
            guard key.string != nil else {
                throw .message("Cannot index \(value.kind) with \(key.kind)")
            }
            let member = try Access.get(value, key)
            let inner = first.binds ? Environment(.value(member), env) : env
            guard let pattern = first.value else { return try matchMembers(members.dropFirst(), value, inner, then) }
            try match(pattern, member, inner) { env throws(Signal) in
                try matchMembers(members.dropFirst(), value, env, then)
            }
        }
    }

    /// The paths that a program selects in `input`, in order.
    func paths(_ node: Node, _ input: JSON, _ env: Environment?) throws(Signal) -> [[JSON]] {
        var found: [[JSON]] = []
        try run(node, Place(input, .at([])), env) { place throws(Signal) in
            guard case .at(let path) = place.path else { throw Access.invalidPath(place.value) }
            found.append(path)
            try admit(count: found.count)
        }
        return found
    }

    func assign(
        _ kind: AssignOperator, _ left: Node, _ right: Node, _ place: Place, _ env: Environment?, _ out: Output
    ) throws(Signal) {
        let input = place.value
        if case .update = kind {
            return try out(
                place.made(try updated(input, left, env) { old throws(Signal) in try firstResult(right, old, env) }))
        }
        try each(right, input, env) { value throws(Signal) in
            let result = try updated(input, left, env) { old throws(Signal) in
                switch kind {
                case .set, .update: value
                case .alternative: old.isTruthy ? old : value
                case .arithmetic(let operation): try Arithmetic.apply(operation, old, value, self)
                }
            }
            try out(place.made(result))
        }
    }

    /// Replaces what `left` selects by what `change` gives for it; nil removes it, in the end.
    private func updated(
        _ input: JSON, _ left: Node, _ env: Environment?, _ change: (JSON) throws(Signal) -> JSON?
    ) throws(Signal) -> JSON {
        var result = input
        var removed: [[JSON]] = []
        for path in try paths(left, input, env) {
            try step(path.count)
            if let new = try change(try Access.get(result, path: path[...])) {
                result = try build(try Access.set(result, path[...], new, self))
            } else {
                removed.append(path)
            }
        }
        return removed.isEmpty ? result : try Access.delete(result, removed, self)
    }

    func firstResult(_ node: Node, _ input: JSON, _ env: Environment?) throws(Signal) -> JSON? {
        if node.isSingle { return try one(node, input, env) }
        var found: JSON?
        lastLabel += 1
        let mine = lastLabel
        do throws(Signal) {
            try run(node, Place(input), env) { place throws(Signal) in
                found = place.value
                throw Signal.leave(mine)
            }
        } catch .leave(mine) {
            return found
        }
        return found
    }
}
