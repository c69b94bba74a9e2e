import Core

/// A compiled part of a program, which evaluates itself. Dynamic dispatch is meant: results are handed on by closures,
/// and an optimiser that sees through the calls makes a copy of the evaluator for each closure inside each other. Has
/// constants only.
class Node {
    typealias Output = (JSON) throws(Signal) -> Void
    typealias PlaceOutput = (Place) throws(Signal) -> Void

    /// Whether it gives exactly one result, or an error.
    let isSingle: Bool

    init(isSingle: Bool) { self.isSingle = isSingle }

    /// The result of a node that is single.
    func one(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON {
        preconditionFailure("compiled wrongly: more results than one")
    }

    /// All results, one after the other.
    func each(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output) throws(Signal) {
        try out(try one(input, env, evaluator))
    }

    /// Evaluates this node up to its last part, which it returns with that part's input and environment; nil when there
    /// is nothing left. So a chain of calls in last position takes steps, but no stack.
    func next(
        _ input: inout JSON, _ env: inout Environment?, _ evaluator: Evaluator, _ out: Output
    ) throws(Signal) -> Node? {
        try each(input, env, evaluator, out)
        return nil
    }

    /// All results with the places where they stand. By default they are made here and so have none.
    func places(_ place: Place, _ env: Environment?, _ evaluator: Evaluator, _ out: PlaceOutput) throws(Signal) {
        try each(place.value, env, evaluator) { value throws(Signal) in try out(Place(value, .lost)) }
    }

    /// The first result; nil when there is none.
    final func first(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> JSON? {
        if isSingle { return try one(input, env, evaluator) }
        var found: JSON?
        try evaluator.leaving { mine throws(Signal) in
            try each(input, env, evaluator) { value throws(Signal) in
                found = value
                throw .leave(mine)
            }
        }
        return found
    }

    /// All results as an array.
    final func collect(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> [JSON] {
        if isSingle { return [try one(input, env, evaluator)] }
        var elements: [JSON] = []
        try each(input, env, evaluator) { value throws(Signal) in
            elements.append(value)
            try evaluator.admit(count: elements.count)
        }
        return elements
    }

    /// The paths that it selects in `input`, in order.
    final func paths(_ input: JSON, _ env: Environment?, _ evaluator: Evaluator) throws(Signal) -> [[JSON]] {
        var found: [[JSON]] = []
        try places(Place(input, .at([])), env, evaluator) { place throws(Signal) in
            guard case .at(let path) = place.path else { throw Access.invalidPath(place.value) }
            try evaluator.step(path.count)
            found.append(path)
            try evaluator.admit(count: found.count)
        }
        return found
    }
}

/// A node with a last part.
class TailNode: Node {
    final override func each(
        _ input: JSON, _ env: Environment?, _ evaluator: Evaluator, _ out: Output
    ) throws(Signal) {
        if isSingle { return try out(try one(input, env, evaluator)) }
        try evaluator.enter()
        var (input, env) = (input, env)
        var node = try next(&input, &env, evaluator, out)
        while let rest = node {
            try evaluator.step()
            node = try rest.next(&input, &env, evaluator, out)
        }
        evaluator.leave()
    }
}

/// A compiled program.
// Unchecked because nodes have constants only, which the compiler does not see.
final class Program: @unchecked Sendable {
    let root: Node
    /// The bodies of functions that are called, not put in place.
    let functions: [Node]
    let globals: [String]

    init(root: Node, functions: [Node], globals: [String]) {
        (self.root, self.functions, self.globals) = (root, functions, globals)
    }
}
