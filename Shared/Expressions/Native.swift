import Core

/// A built-in that makes one value of its input and its arguments' values.
struct Native: Sendable {
    typealias Body = @Sendable (JSON, [JSON], Evaluator) throws(Signal) -> JSON

    let apply: Body

    init(_ apply: @escaping Body) { self.apply = apply }
}
