public import Core

/// A compiled jq program: deterministic, without access to anything but its input and variables.
public struct Expression: Sendable {
    /// The program's text.
    public let source: String
    /// The variables of the outside that it uses, without `$`, in the order in which values are to be given.
    public let variables: [String]

    /// Compiles `source`, which may use the variables `allowed` (names without `$`). Throws `ExpressionSyntaxError`, also
    /// for what exists in jq but is refused here (`input`, `env`, `now` …).
    public init(_ source: String, allowing allowed: some Sequence<String> = []) throws(ExpressionSyntaxError) {
        throw ExpressionSyntaxError("not yet", at: 0)
    }

    /// All results, in order. `values` are those of `variables`. Throws `EvaluationError`; spends from `budget`.
    public func results(_ input: JSON, _ values: [JSON] = [], budget: inout EvaluationBudget)
        throws(EvaluationError) -> [JSON]
    {
        []
    }

    /// The one result; `null` when there is none. Throws `EvaluationError.severalResults` when there are more.
    public func evaluate(_ input: JSON, _ values: [JSON] = [], budget: inout EvaluationBudget)
        throws(EvaluationError) -> JSON
    {
        .null
    }
}
