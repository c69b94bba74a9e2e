import Core

/// A function by its place in `Program.functions`, defined so many links up.
final class CallNode: TailNode {
    private let function: Int
    private let up: Int
    private let arguments: [Node]

    init(_ function: Int, up: Int, _ arguments: [Node]) {
        (self.function, self.up, self.arguments) = (function, up, arguments)
        super.init(isSingle: false)
    }

    private func environment(_ env: Environment?) -> Environment? {
        var inner = Environment.up(up, from: env)
        for argument in arguments { inner = Environment(.closure(argument), inner, captured: env) }
        return inner
    }

    override func next(
        _ input: inout JSON, _ env: inout Environment?, _ evaluator: Evaluator, _ out: Output
    ) throws(Signal) -> Node? {
        env = environment(env)
        return evaluator.function(function)
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        try evaluator.function(function).places(place, environment(env), evaluator, out)
        evaluator.leave()
    }
}

/// A parameter: how many links up.
final class ClosureNode: TailNode {
    private let up: Int

    init(_ up: Int) {
        self.up = up
        super.init(isSingle: false)
    }

    private func body(_ env: Environment?) -> (Node, Environment?) {
        guard let link = Environment.up(up, from: env), case .closure(let body) = link.slot else {
            preconditionFailure("compiled wrongly")
        }
        return (body, link.captured)
    }

    override func next(
        _ input: inout JSON, _ env: inout Environment?, _ evaluator: Evaluator, _ out: Output
    ) throws(Signal) -> Node? {
        let (node, inner) = body(env)
        env = inner
        return node
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        let (node, inner) = body(env)
        try node.places(place, inner, evaluator, out)
        evaluator.leave()
    }
}

/// An argument of a function that was put in place: it is evaluated in its own environment, so many links up.
final class ArgumentNode: TailNode {
    private let up: Int
    private let body: Node

    init(_ body: Node, up: Int) {
        (self.body, self.up) = (body, up)
        super.init(isSingle: body.isSingle)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        let value = try body.one(input, Environment.up(up, from: env), evaluator)
        evaluator.leave()
        return value
    }

    override func next(
        _ input: inout JSON, _ env: inout Environment?, _ evaluator: Evaluator, _ out: Output
    ) throws(Signal) -> Node? {
        env = Environment.up(up, from: env)
        return body
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        try body.places(place, Environment.up(up, from: env), evaluator, out)
        evaluator.leave()
    }
}
