public import Core

/// A compiled jq program: deterministic, without access to anything but its input and variables.
public struct Expression: Sendable {
    /// The program's text.
    public let source: String
    private let program: Program

    /// The variables of the outside that it uses, without `$`, in the order in which values are to be given.
    public var variables: [String] { program.globals }

    /// Compiles `source`, which may use the variables `allowed` (names without `$`). Throws `ExpressionSyntaxError`,
    /// also for what exists in jq but is refused here (`input`, `env`, `now` …).
    public init(_ source: String, allowing allowed: some Sequence<String> = []) throws(ExpressionSyntaxError) {
        self.source = source
        program = try Compiler.compile(source, allowing: allowed)
    }

    /// All results, in order, finite (not-a-number is null, as in jq's output). `values` are those of `variables`.
    /// Throws `EvaluationError`; spends from `budget`.
    public func results(_ input: JSON, _ values: [JSON] = [], budget: inout EvaluationBudget)
        throws(EvaluationError) -> [JSON]
    {
        var (results, size) = ([JSON](), 0)
        let limit = budget.size
        try run(input, values, &budget) { value throws(Signal) in
            size += EvaluationBudget.size(of: value, stoppingAt: limit)
            if size > limit { throw .exhausted(.size) }
            results.append(Format.finite(value))
        }
        return results
    }

    /// The one result; `null` when there is none. Throws `EvaluationError.severalResults` when there are more.
    public func evaluate(_ input: JSON, _ values: [JSON] = [], budget: inout EvaluationBudget)
        throws(EvaluationError) -> JSON
    {
        var result: JSON?
        let limit = budget.size
        try run(input, values, &budget) { value throws(Signal) in
            if result != nil { throw .exhausted(.severalResults) }
            if EvaluationBudget.size(of: value, stoppingAt: limit) > limit { throw .exhausted(.size) }
            result = Format.finite(value)
        }
        return result ?? .null
    }

    private func run(
        _ input: JSON, _ values: [JSON], _ budget: inout EvaluationBudget, _ out: (JSON) throws(Signal) -> Void
    ) throws(EvaluationError) {
        precondition(values.count == program.globals.count, "a value for each variable")
        let evaluator = Evaluator(program, values, budget)
        defer { budget.steps = max(0, evaluator.stepsLeft) }
        do {
            try evaluator.each(program.root, input, nil, out)
        } catch {
            switch error {
            case .raised(let value): throw .raised(value)
            case .exhausted(let reason): throw reason
            case .downstream, .leave: preconditionFailure("a signal that nothing waits for")
            }
        }
    }
}
