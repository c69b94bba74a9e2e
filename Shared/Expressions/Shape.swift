import Core

/// A destructuring; each variable in it is a new link. Has constants only.
class Shape {
    typealias Then = (Environment?) throws(Signal) -> Void

    func match(_ value: JSON, _ env: Environment?, _ evaluator: Evaluator, _ then: Then) throws(Signal) {
        preconditionFailure("a kind of pattern does this")
    }
}

/// `$name`
final class VariableShape: Shape {
    override func match(_ value: JSON, _ env: Environment?, _ evaluator: Evaluator, _ then: Then) throws(Signal) {
        try then(Environment(.value(value), env))
    }
}

/// `[pattern, …]`
final class ArrayShape: Shape {
    private let elements: [Shape]

    init(_ elements: [Shape]) { self.elements = elements }

    override func match(_ value: JSON, _ env: Environment?, _ evaluator: Evaluator, _ then: Then) throws(Signal) {
        guard value.isNull || value.array != nil else { throw .message("Cannot index \(value.kind) with number") }
        try match(from: 0, value, env, evaluator, then)
    }

    private func match(
        from position: Int, _ value: JSON, _ env: Environment?, _ evaluator: Evaluator, _ then: Then
    ) throws(Signal) {
        guard position < elements.count else { return try then(env) }
        try evaluator.enter()
        try elements[position].match(value[position] ?? .null, env, evaluator) { env throws(Signal) in
            try match(from: position + 1, value, env, evaluator, then)
        }
        evaluator.leave()
    }
}

/// `{key: pattern, $name, …}`
final class ObjectShape: Shape {
    typealias Member = (binds: Bool, key: Node, value: Shape?)

    private let members: [Member]

    init(_ members: [Member]) { self.members = members }

    override func match(_ value: JSON, _ env: Environment?, _ evaluator: Evaluator, _ then: Then) throws(Signal) {
        try match(from: 0, value, env, evaluator, then)
    }

    private func match(
        from position: Int, _ value: JSON, _ env: Environment?, _ evaluator: Evaluator, _ then: Then
    ) throws(Signal) {
        guard position < members.count else { return try then(env) }
        let first = members[position]
        try evaluator.enter()
        try first.key.each(value, env, evaluator) { key throws(Signal) in
            guard key.string != nil else { throw .message("Cannot index \(value.kind) with \(key.kind)") }
            let member = try Access.get(value, key)
            let inner = first.binds ? Environment(.value(member), env) : env
            guard let pattern = first.value else {
                return try match(from: position + 1, value, inner, evaluator, then)
            }
            try pattern.match(member, inner, evaluator) { env throws(Signal) in
                try match(from: position + 1, value, env, evaluator, then)
            }
        }
        evaluator.leave()
    }
}
