public import Core

extension Schema {
    /// The first thing in `value` that the schema forbids, as `<pointer>: <what is wrong>`; nil when there is none.
    public func firstProblem(_ value: JSON) -> String? { nil }
}
