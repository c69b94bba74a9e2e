import Core

/// `range(from; to)`, `range(from; to; by)`
final class RangeNode: Node {
    private let arguments: Arguments

    init(_ arguments: [Node]) {
        self.arguments = Arguments(arguments)
        super.init(isSingle: false)
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        try evaluator.enter()
        try arguments.each(input, env, evaluator) { values throws(Signal) in
            guard let from = values[0].double, let to = values[1].double,
                let by = values.count == 3 ? values[2].double : 1
            else { throw .message("Range bounds must be numeric") }
            var at = from
            // A stride of nothing goes on for ever, as far as the steps last.
            while by > 0 ? at < to : by < 0 ? at > to : from < to {
                try evaluator.step()
                try out(Arithmetic.number(at))
                at += by
            }
        }
        evaluator.leave()
    }
}

/// `limit(count; body)`, `skip(count; body)`
final class LimitNode: Node {
    private let takes: Bool
    private let count: Node
    private let body: Node

    init(takes: Bool, _ count: Node, _ body: Node) {
        (self.takes, self.count, self.body) = (takes, count, body)
        super.init(isSingle: false)
    }

    /// Runs `body` with each number of results and a label to leave by.
    private func limited(
        _ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ body: (Double, Int) throws(Signal) -> Void
    ) throws(Signal) {
        try evaluator.enter()
        try count.each(input, env, evaluator) { count throws(Signal) in
            guard let number = count.double else { throw .message("Invalid arguments") }
            guard number >= 0 else {
                throw .message("\(takes ? "limit" : "skip") doesn't support negative count")
            }
            if takes, number <= 0 { return }
            try evaluator.leaving { mine throws(Signal) in try body(number, mine) }
        }
        evaluator.leave()
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        try limited(input, env, evaluator) { number, mine throws(Signal) in
            var seen = 0.0
            try body.each(input, env, evaluator) { value throws(Signal) in
                seen += 1
                if takes || seen > number { try out(value) }
                if takes, seen >= number { throw .leave(mine) }
            }
        }
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try limited(place.value, env, evaluator) { number, mine throws(Signal) in
            var seen = 0.0
            try body.places(place, env, evaluator) { place throws(Signal) in
                seen += 1
                if takes || seen > number { try out(place) }
                if takes, seen >= number { throw .leave(mine) }
            }
        }
    }
}

/// `first(body)`, `last(body)`
final class EndNode: Node {
    private let isFirst: Bool
    private let body: Node

    init(isFirst: Bool, _ body: Node) {
        (self.isFirst, self.body) = (isFirst, body)
        super.init(isSingle: body.isSingle)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try body.one(input, env, evaluator)
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        try evaluator.enter()
        var found: JSON?
        if isFirst {
            found = try body.first(input, env, evaluator)
        } else {
            try body.each(input, env, evaluator) { value throws(Signal) in found = value }
        }
        if let found { try out(found) }
        evaluator.leave()
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        var found: Place?
        try evaluator.leaving { mine throws(Signal) in
            try body.places(place, env, evaluator) { place throws(Signal) in
                found = place
                if isFirst { throw .leave(mine) }
            }
        }
        if let found { try out(found) }
        evaluator.leave()
    }
}

/// `recurse(body)`, `repeat(body)`, `while(condition; body)` and `until(condition; body)`: the input and what comes of
/// it again and again.
final class LoopNode: Node {
    enum Kind { case all, whileTrue, untilTrue }

    private let kind: Kind
    private let condition: Node
    private let body: Node

    init(_ kind: Kind, _ condition: Node?, _ body: Node) {
        (self.kind, self.condition, self.body) = (kind, condition ?? LiteralNode(true), body)
        super.init(isSingle: kind == .untilTrue && self.condition.isSingle && body.isSingle)
    }

    override func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        try evaluator.enter()
        var value = input
        while try !condition.one(value, env, evaluator).isTruthy {
            try evaluator.step()
            value = try body.one(value, env, evaluator)
        }
        evaluator.leave()
        return value
    }

    override func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        if isSingle { return try out(try one(input, env, evaluator)) }
        try evaluator.enter()
        if condition.isSingle, body.isSingle {
            var value = input
            while true {
                if kind == .whileTrue, try !condition.one(value, env, evaluator).isTruthy { break }
                try evaluator.step()
                try out(value)
                value = try body.one(value, env, evaluator)
            }
        } else {
            try condition.each(input, env, evaluator) { holds throws(Signal) in
                if kind == .untilTrue ? holds.isTruthy : kind == .all || holds.isTruthy { try out(input) }
                guard kind == .all || holds.isTruthy == (kind == .whileTrue) else { return }
                try body.each(input, env, evaluator) { value throws(Signal) in
                    try each(value, env, evaluator, out)
                }
            }
        }
        evaluator.leave()
    }

    override func places(
        _ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput
    ) throws(Signal) {
        try evaluator.enter()
        try condition.each(place.value, env, evaluator) { holds throws(Signal) in
            if kind == .all || holds.isTruthy { try out(place) }
            guard kind == .all || holds.isTruthy == (kind == .whileTrue) else { return }
            try body.places(place, env, evaluator) { place throws(Signal) in
                try places(place, env, evaluator, out)
            }
        }
        evaluator.leave()
    }
}
