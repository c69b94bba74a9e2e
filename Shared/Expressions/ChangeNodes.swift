import Core

/// `left = right`, `|=`, `+=` and the like.
final class AssignNode: Node {
    private let kind: AssignOperator
    private let left: Node
    private let right: Node

    init(_ kind: AssignOperator, _ left: Node, _ right: Node) {
        (self.kind, self.left, self.right) = (kind, left, right)
        var isSingle = right.isSingle
        if case .update = kind { isSingle = true }
        super.init(isSingle: isSingle)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        let value: JSON
        if case .update = kind {
            value = try updated(input, env, evaluator) { old throws(Signal) in try right.first(old, env, evaluator) }
        } else {
            value = try assigned(try right.one(input, env, evaluator), input, env, evaluator)
        }
        evaluator.leave()
        return value
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        if isSingle { return try out(try one(input, env, evaluator)) }
        try evaluator.enter()
        try right.each(input, env, evaluator) { value throws(Signal) in
            try out(try assigned(value, input, env, evaluator))
        }
        evaluator.leave()
    }

    private func assigned(
        _ value: JSON, _ input: JSON, _ env: Environment?, _ evaluator: Evaluator
    ) throws(Signal) -> JSON {
        try updated(input, env, evaluator) { old throws(Signal) in
            switch kind {
            case .set, .update: value
            case .alternative: old.isTruthy ? old : value
            case .arithmetic(let operation): try Arithmetic.apply(operation, old, value, evaluator)
            }
        }
    }

    /// Replaces the member `names`, one inside the other; nil removes it.
    private func updated(
        _ input: JSON, members names: [String], _ evaluator: Evaluator, _ change: (JSON) throws(Signal) -> JSON?
    ) throws(Signal) -> JSON {
        try evaluator.step(names.count)
        let old: JSON
        if let reached = input.reached(by: names) {
            old = reached
        } else {
            old = try Access.get(input, path: names.map(JSON.string)[...])
        }
        guard let new = try change(old) else {
            return try Access.delete(input, [names.map(JSON.string)], evaluator)
        }
        return try evaluator.build(Self.set(input, names, 0, new))
    }

    /// What is on the way is an object or null: it was reached before.
    private static func set(_ value: JSON, _ names: [String], _ depth: Int, _ new: JSON) -> JSON {
        guard depth < names.count else { return new }
        var object = value.object ?? JSONObject()
        let isLast = depth == names.count - 1
        object[names[depth]] = isLast ? new : set(object[names[depth]] ?? .null, names, depth + 1, new)
        return .object(object)
    }

    /// Replaces what `left` selects by what `change` gives for it; nil removes it, in the end.
    private func updated(
        _ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ change: (JSON) throws(Signal) -> JSON?
    ) throws(Signal) -> JSON {
        if let left = left as? MembersNode, left.isOfInput {
            return try updated(input, members: left.names, evaluator, change)
        }
        var result = input
        var removed: [[JSON]] = []
        for path in try left.paths(input, env, evaluator) {
            try evaluator.step(path.count)
            if let new = try change(try Access.get(result, path: path[...])) {
                result = try evaluator.build(try Access.set(result, path[...], new, evaluator))
            } else {
                removed.append(path)
            }
        }
        return removed.isEmpty ? result : try Access.delete(result, removed, evaluator)
    }
}

/// `del(paths)`
final class DeleteNode: Node {
    private let argument: Node

    init(_ argument: Node) {
        self.argument = argument
        super.init(isSingle: true)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        let value = try Access.delete(input, try argument.paths(input, env, evaluator), evaluator)
        evaluator.leave()
        return value
    }
}

/// `path(paths)`
final class PathNode: Node {
    private let argument: Node

    init(_ argument: Node) {
        self.argument = argument
        super.init(isSingle: false)
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        try evaluator.enter()
        try argument.places(Place(input, .at([])), env, evaluator) { place throws(Signal) in
            guard case .at(let path) = place.path else { throw Access.invalidPath(place.value) }
            try evaluator.step(path.count)
            try out(.array(path))
        }
        evaluator.leave()
    }
}

/// `error`, `error(message)`
final class ErrorNode: Node {
    private let message: Node

    init(_ message: Node?) {
        self.message = message ?? IdentityNode()
        super.init(isSingle: self.message.isSingle)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        throw .raised(try message.one(input, env, evaluator))
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        try message.each(input, env, evaluator) { value throws(Signal) in throw .raised(value) }
    }
}
