import Core

/// A minus in front.
final class NegateNode: Node {
    private let inner: Node

    init(_ inner: Node) {
        self.inner = inner
        super.init(isSingle: inner.isSingle)
    }

    private func negated(_ value: JSON) throws(Signal) -> JSON {
        guard value.double != nil else { throw .message("\(Values.described(value)) cannot be negated") }
        return Arithmetic.negated(value)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        let value = try negated(try inner.one(input, env, evaluator))
        evaluator.leave()
        return value
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        try evaluator.enter()
        try inner.each(input, env, evaluator) { value throws(Signal) in try out(try negated(value)) }
        evaluator.leave()
    }
}

/// An operator between two values.
final class BinaryNode: Node {
    private let kind: BinaryOperator
    private let left: Node
    private let right: Node

    init(_ kind: BinaryOperator, _ left: Node, _ right: Node) {
        (self.kind, self.left, self.right) = (kind, left, right)
        super.init(isSingle: left.isSingle && right.isSingle)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        let right = try right.one(input, env, evaluator)
        let value = try Arithmetic.apply(kind, try left.one(input, env, evaluator), right, evaluator)
        evaluator.leave()
        return value
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        if isSingle { return try out(try one(input, env, evaluator)) }
        try evaluator.enter()
        try right.each(input, env, evaluator) { right throws(Signal) in
            try left.each(input, env, evaluator) { left throws(Signal) in
                try out(try Arithmetic.apply(kind, left, right, evaluator))
            }
        }
        evaluator.leave()
    }
}

/// `and`, `or`
final class LogicNode: Node {
    private let isAnd: Bool
    private let left: Node
    private let right: Node

    init(isAnd: Bool, _ left: Node, _ right: Node) {
        (self.isAnd, self.left, self.right) = (isAnd, left, right)
        super.init(isSingle: left.isSingle && right.isSingle)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        var holds = try left.one(input, env, evaluator).isTruthy
        if holds == isAnd { holds = try right.one(input, env, evaluator).isTruthy }
        evaluator.leave()
        return .bool(holds)
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        if isSingle { return try out(try one(input, env, evaluator)) }
        try evaluator.enter()
        try left.each(input, env, evaluator) { left throws(Signal) in
            guard left.isTruthy == isAnd else { return try out(.bool(!isAnd)) }
            try right.each(input, env, evaluator) { right throws(Signal) in try out(.bool(right.isTruthy)) }
        }
        evaluator.leave()
    }
}

/// A built-in that makes one value of its input and its arguments' values.
final class NativeNode: Node {
    private let native: Native
    private let arguments: Arguments

    init(_ native: Native, _ arguments: [Node]) {
        (self.native, self.arguments) = (native, Arguments(arguments))
        super.init(isSingle: arguments.allSatisfy(\.isSingle))
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        var values: [JSON] = []
        if !arguments.nodes.isEmpty {
            values.reserveCapacity(arguments.nodes.count)
            for argument in arguments.nodes { values.append(try argument.one(input, env, evaluator)) }
        }
        let value = try native.apply(input, values, evaluator)
        evaluator.leave()
        return value
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        if isSingle { return try out(try one(input, env, evaluator)) }
        try evaluator.enter()
        try arguments.each(input, env, evaluator) { values throws(Signal) in
            try out(try native.apply(input, values, evaluator))
        }
        evaluator.leave()
    }
}

/// Arguments that are values: every combination of their results.
struct Arguments {
    let nodes: [Node]

    init(_ nodes: [Node]) { self.nodes = nodes }

    func each(
        _ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: ([JSON]) throws(Signal) -> Void
    ) throws(Signal) {
        try add(0, to: [], input, env, evaluator, out)
    }

    private func add(
        _ position: Int, to values: [JSON], _ input: JSON, _ env: Environment?, _ evaluator: Evaluator,
        _ out: ([JSON]) throws(Signal) -> Void
    ) throws(Signal) {
        guard position < nodes.count else { return try out(values) }
        try nodes[position].each(input, env, evaluator) { value throws(Signal) in
            try add(position + 1, to: values + [value], input, env, evaluator, out)
        }
    }
}
