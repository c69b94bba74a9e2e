import Core

/// `left | right`
final class PipeNode: TailNode {
    private let left: Node
    private let right: Node

    init(_ left: Node, _ right: Node) {
        (self.left, self.right) = (left, right)
        super.init(isSingle: left.isSingle && right.isSingle)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        let value = try right.one(try left.one(input, env, evaluator), env, evaluator)
        evaluator.leave()
        return value
    }

    override func next(
        _ input: inout JSON, _ env: inout Environment?, _ evaluator: Evaluator, _ out: Output
    ) throws(Signal) -> Node? {
        if left.isSingle {
            input = try left.one(input, env, evaluator)
            return right
        }
        let here = env
        if right.isSingle {
            try left.each(input, here, evaluator) { value throws(Signal) in
                try out(try right.one(value, here, evaluator))
            }
        } else {
            try left.each(input, here, evaluator) { value throws(Signal) in
                try right.each(value, here, evaluator, out)
            }
        }
        return nil
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        try left.places(place, env, evaluator) { place throws(Signal) in try right.places(place, env, evaluator, out) }
        evaluator.leave()
    }
}

/// `left, right`
final class CommaNode: Node {
    /// All parts of a chain of commas.
    let parts: [Node]

    init(_ left: Node, _ right: Node) {
        parts = ((left as? CommaNode)?.parts ?? [left]) + ((right as? CommaNode)?.parts ?? [right])
        super.init(isSingle: false)
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        try evaluator.enter()
        for part in parts { try part.each(input, env, evaluator, out) }
        evaluator.leave()
    }

    override func next(
        _ input: inout JSON, _ env: inout Environment?, _ evaluator: Evaluator, _ out: Output
    ) throws(Signal) -> Node? {
        for part in parts.dropLast() { try part.each(input, env, evaluator, out) }
        return parts.last
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        for part in parts { try part.places(place, env, evaluator, out) }
        evaluator.leave()
    }
}

/// `if condition then yes else no end`
final class ConditionalNode: TailNode {
    private let condition: Node
    private let yes: Node
    private let no: Node

    init(_ condition: Node, _ yes: Node, _ no: Node?) {
        (self.condition, self.yes, self.no) = (condition, yes, no ?? IdentityNode())
        super.init(isSingle: condition.isSingle && yes.isSingle && self.no.isSingle)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        let branch = try condition.one(input, env, evaluator).isTruthy ? yes : no
        let value = try branch.one(input, env, evaluator)
        evaluator.leave()
        return value
    }

    override func next(
        _ input: inout JSON, _ env: inout Environment?, _ evaluator: Evaluator, _ out: Output
    ) throws(Signal) -> Node? {
        if condition.isSingle { return try condition.one(input, env, evaluator).isTruthy ? yes : no }
        let (value, here) = (input, env)
        try condition.each(value, here, evaluator) { holds throws(Signal) in
            try (holds.isTruthy ? yes : no).each(value, here, evaluator, out)
        }
        return nil
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        try condition.each(place.value, env, evaluator) { holds throws(Signal) in
            try (holds.isTruthy ? yes : no).places(place, env, evaluator, out)
        }
        evaluator.leave()
    }
}

/// `left // right`
final class AlternativeNode: Node {
    private let left: Node
    private let right: Node

    init(_ left: Node, _ right: Node) {
        (self.left, self.right) = (left, right)
        super.init(isSingle: left.isSingle && right.isSingle)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        var value = try left.one(input, env, evaluator)
        if !value.isTruthy { value = try right.one(input, env, evaluator) }
        evaluator.leave()
        return value
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        if isSingle { return try out(try one(input, env, evaluator)) }
        try evaluator.enter()
        var found = false
        try left.each(input, env, evaluator) { value throws(Signal) in
            guard value.isTruthy else { return }
            found = true
            try out(value)
        }
        if !found { try right.each(input, env, evaluator, out) }
        evaluator.leave()
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        var found = false
        try left.places(place, env, evaluator) { place throws(Signal) in
            guard place.value.isTruthy else { return }
            found = true
            try out(place)
        }
        if !found { try right.places(place, env, evaluator, out) }
        evaluator.leave()
    }
}

/// `try body catch handler`, `body?`
final class AttemptNode: Node {
    private let body: Node
    private let handler: Node?

    init(_ body: Node, _ handler: Node?) {
        (self.body, self.handler) = (body, handler)
        super.init(isSingle: false)
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        try evaluator.enter()
        let raised = try evaluator.catching { mine throws(Signal) in
            try body.each(input, env, evaluator) { value throws(Signal) in
                do throws(Signal) { try out(value) } catch { throw Signal.downstream(mine, error) }
            }
        }
        if let raised, let handler { try handler.each(raised, env, evaluator, out) }
        evaluator.leave()
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        let raised = try evaluator.catching { mine throws(Signal) in
            try body.places(place, env, evaluator) { place throws(Signal) in
                do throws(Signal) { try out(place) } catch { throw Signal.downstream(mine, error) }
            }
        }
        if let raised, let handler { try handler.places(Place(raised, .lost), env, evaluator, out) }
        evaluator.leave()
    }
}

/// `label $name | body`
final class LabelNode: Node {
    private let body: Node

    init(_ body: Node) {
        self.body = body
        super.init(isSingle: false)
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        try evaluator.enter()
        try evaluator.leaving { mine throws(Signal) in
            try body.each(input, Environment(.label(mine), env), evaluator, out)
        }
        evaluator.leave()
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        try evaluator.leaving { mine throws(Signal) in
            try body.places(place, Environment(.label(mine), env), evaluator, out)
        }
        evaluator.leave()
    }
}

/// `break $name`: how many links up the label is.
final class BreakNode: Node {
    private let up: Int

    init(_ up: Int) {
        self.up = up
        super.init(isSingle: false)
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        guard case .label(let label)? = Environment.up(up, from: env)?.slot else {
            preconditionFailure("compiled wrongly")
        }
        throw .leave(label)
    }
}
