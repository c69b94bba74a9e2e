import Core

/// `source as $name | body`
final class BindNode: TailNode {
    private let source: Node
    private let body: Node

    init(_ source: Node, _ body: Node) {
        (self.source, self.body) = (source, body)
        super.init(isSingle: source.isSingle && body.isSingle)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        let inner = Environment(.value(try source.one(input, env, evaluator)), env)
        let value = try body.one(input, inner, evaluator)
        evaluator.leave()
        return value
    }

    override func next(
        _ input: inout JSON, _ env: inout Environment?, _ evaluator: Evaluator, _ out: Output
    ) throws(Signal) -> Node? {
        if source.isSingle {
            env = Environment(.value(try source.one(input, env, evaluator)), env)
            return body
        }
        let (value, here) = (input, env)
        try source.each(value, here, evaluator) { bound throws(Signal) in
            try body.each(value, Environment(.value(bound), here), evaluator, out)
        }
        return nil
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        try source.each(place.value, env, evaluator) { bound throws(Signal) in
            try body.places(place, Environment(.value(bound), env), evaluator, out)
        }
        evaluator.leave()
    }
}

/// `source as pattern ?// pattern … | body`: alternatives, each with its own body.
final class DestructureNode: Node {
    struct Branch {
        /// Names that only other alternatives bind: they are null in this one.
        let nulls: Int
        let pattern: Shape
        let body: Node
    }

    private let source: Node
    private let branches: [Branch]

    init(_ source: Node, _ branches: [Branch]) {
        (self.source, self.branches) = (source, branches)
        super.init(isSingle: false)
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        try evaluator.enter()
        try source.each(input, env, evaluator) { value throws(Signal) in
            try match(value, env, evaluator) { branch, env, label throws(Signal) in
                try branch.body.each(input, env, evaluator) { value throws(Signal) in
                    guard let label else { return try out(value) }
                    do throws(Signal) { try out(value) } catch { throw Signal.downstream(label, error) }
                }
            }
        }
        evaluator.leave()
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        try source.each(place.value, env, evaluator) { value throws(Signal) in
            try match(value, env, evaluator) { branch, env, label throws(Signal) in
                try branch.body.places(place, env, evaluator) { place throws(Signal) in
                    guard let label else { return try out(place) }
                    do throws(Signal) { try out(place) } catch { throw Signal.downstream(label, error) }
                }
            }
        }
        evaluator.leave()
    }

    /// Runs the branches until one raises no error. All but the last get a label that marks errors further down.
    private func match(
        _ value: JSON, _ env: Environment?, _ evaluator: Evaluator,
        _ run: (Branch, Environment?, Int?) throws(Signal) -> Void
    ) throws(Signal) {
        for (position, branch) in branches.enumerated() {
            var inner = env
            for _ in 0..<branch.nulls { inner = Environment(.value(.null), inner) }
            if position == branches.count - 1 {
                return try branch.pattern.match(value, inner, evaluator) { env throws(Signal) in
                    try run(branch, env, nil)
                }
            }
            let raised = try evaluator.catching { mine throws(Signal) in
                try branch.pattern.match(value, inner, evaluator) { env throws(Signal) in try run(branch, env, mine) }
            }
            if raised == nil { return }
        }
    }
}

/// `reduce source as pattern (start; update)`
final class ReduceNode: Node {
    private let source: Node
    private let pattern: Shape
    private let start: Node
    private let update: Node

    init(_ source: Node, _ pattern: Shape, _ start: Node, _ update: Node) {
        (self.source, self.pattern, self.start, self.update) = (source, pattern, start, update)
        super.init(isSingle: start.isSingle)
    }

    /// The last result of the update is the next state; without one it is null.
    private func reduced(
        _ start: JSON, _ input: JSON, _ env: Environment?, _ evaluator: Evaluator
    ) throws(Signal) -> JSON {
        var state = start
        try source.each(input, env, evaluator) { value throws(Signal) in
            try pattern.match(value, env, evaluator) { env throws(Signal) in
                if update.isSingle {
                    state = try update.one(state, env, evaluator)
                } else {
                    var next = JSON.null
                    try update.each(state, env, evaluator) { value throws(Signal) in next = value }
                    state = next
                }
            }
        }
        return state
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        let value = try reduced(try start.one(input, env, evaluator), input, env, evaluator)
        evaluator.leave()
        return value
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        try evaluator.enter()
        try start.each(input, env, evaluator) { start throws(Signal) in
            try out(try reduced(start, input, env, evaluator))
        }
        evaluator.leave()
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        try start.places(place, env, evaluator) { start throws(Signal) in
            var state = start
            try source.each(place.value, env, evaluator) { value throws(Signal) in
                try pattern.match(value, env, evaluator) { env throws(Signal) in
                    var next = Place(.null, .lost)
                    try update.places(state, env, evaluator) { place throws(Signal) in next = place }
                    state = next
                }
            }
            try out(state)
        }
        evaluator.leave()
    }
}

/// `foreach source as pattern (start; update; extract)`
final class ForeachNode: Node {
    private let source: Node
    private let pattern: Shape
    private let start: Node
    private let update: Node
    private let extract: Node

    init(_ source: Node, _ pattern: Shape, _ start: Node, _ update: Node, _ extract: Node?) {
        (self.source, self.pattern, self.start, self.update) = (source, pattern, start, update)
        self.extract = extract ?? IdentityNode()
        super.init(isSingle: false)
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        try evaluator.enter()
        try start.each(input, env, evaluator) { start throws(Signal) in
            var state = start
            try source.each(input, env, evaluator) { value throws(Signal) in
                try pattern.match(value, env, evaluator) { env throws(Signal) in
                    try update.each(state, env, evaluator) { value throws(Signal) in
                        state = value
                        try extract.each(value, env, evaluator, out)
                    }
                }
            }
        }
        evaluator.leave()
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        try start.places(place, env, evaluator) { start throws(Signal) in
            var state = start
            try source.each(place.value, env, evaluator) { value throws(Signal) in
                try pattern.match(value, env, evaluator) { env throws(Signal) in
                    try update.places(state, env, evaluator) { place throws(Signal) in
                        state = place
                        try extract.places(place, env, evaluator, out)
                    }
                }
            }
        }
        evaluator.leave()
    }
}
