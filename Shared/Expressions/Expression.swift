public import Core

/// A compiled jq program: deterministic, without access to anything but its input and variables.
public struct Expression: Sendable {
    /// The program's text.
    public let source: String
    private let program: Program

    /// The variable that jq's `now` reads, where it is allowed: seconds since 1970, given and therefore repeatable.
    public static let now = "__now"

    /// The variables of the outside that it uses, without `$`, in the order in which values are to be given.
    public var variables: [String] { program.globals }

    /// Compiles `source`, which may use the variables `allowed` (names without `$`). Throws `ExpressionSyntaxError`,
    /// also for what exists in jq but is refused here (`input`, `env` …).
    public init(_ source: String, allowing allowed: some Sequence<String> = []) throws(ExpressionSyntaxError) {
        self.source = source
        // What is short cannot nest deeply.
        guard source.utf8.count > 120 else {
            program = try Compiler.compile(source, allowing: allowed)
            return
        }
        var outcome: Result<Program, ExpressionSyntaxError>?
        let hasRun = OwnStack.run(levels: Compiler.deepest) {
            do throws(ExpressionSyntaxError) {
                outcome = .success(try Compiler.compile(source, allowing: allowed))
            } catch { outcome = .failure(error) }
        }
        guard hasRun, let outcome else {
            throw ExpressionSyntaxError("there is no memory for a program so long", at: 0)
        }
        program = try outcome.get()
    }

    /// All results, in order, finite (not-a-number is null, as in jq's output). `values` are those of `variables`.
    /// Throws `EvaluationError`; spends from `budget`.
    public func results(_ input: JSON, _ values: [JSON] = [], budget: inout EvaluationBudget)
        throws(EvaluationError) -> [JSON]
    {
        try run(input, values, &budget) { evaluator throws(Signal) in
            var (results, size) = ([JSON](), 0)
            try program.root.each(input, nil, evaluator) { value throws(Signal) in
                let (weight, isFinite) = try evaluator.weigh(value)
                size += weight
                if size > evaluator.largest { throw .exhausted(.size) }
                results.append(isFinite ? value : Format.finite(value))
            }
            return results
        }
    }

    /// The one result; `null` when there is none. Throws `EvaluationError.severalResults` when there are more.
    public func evaluate(_ input: JSON, _ values: [JSON] = [], budget: inout EvaluationBudget)
        throws(EvaluationError) -> JSON
    {
        try run(input, values, &budget) { evaluator throws(Signal) in
            var result: JSON?
            if program.root.isSingle {
                result = try program.root.one(input, nil, evaluator)
            } else {
                try program.root.each(input, nil, evaluator) { value throws(Signal) in
                    if result != nil { throw .exhausted(.severalResults) }
                    result = value
                }
            }
            guard let result else { return .null }
            return try evaluator.weigh(result).isFinite ? result : Format.finite(result)
        }
    }

    /// Evaluates on the caller's stack; when that goes deep, once more from the beginning on a stack that is sure to
    /// last. Evaluating has no effect, so beginning anew has none.
    private func run<T>(
        _ input: JSON, _ values: [JSON], _ budget: inout EvaluationBudget, _ body: (Evaluator) throws(Signal) -> T
    ) throws(EvaluationError) -> T {
        precondition(values.count == program.globals.count, "a value for each variable")
        let shallow = Evaluator(program, values, budget, deepest: min(budget.depth, OwnStack.shallow))
        do throws(Signal) {
            let result = try body(shallow)
            budget.steps = max(0, shallow.stepsLeft)
            return result
        } catch {
            guard case .exhausted(.depth) = error, budget.depth > OwnStack.shallow else {
                budget.steps = max(0, shallow.stepsLeft)
                throw Self.told(error)
            }
        }
        return try deeply(input, values, &budget, body)
    }

    private func deeply<T>(
        _ input: JSON, _ values: [JSON], _ budget: inout EvaluationBudget, _ body: (Evaluator) throws(Signal) -> T
    ) throws(EvaluationError) -> T {
        let evaluator = Evaluator(program, values, budget, deepest: budget.depth)
        var outcome: Result<T, Signal>?
        let hasRun = OwnStack.run(levels: budget.depth) {
            do throws(Signal) { outcome = .success(try body(evaluator)) } catch { outcome = .failure(error) }
        }
        budget.steps = max(0, evaluator.stepsLeft)
        guard hasRun, let outcome else { throw .depth }
        do throws(Signal) { return try outcome.get() } catch { throw Self.told(error) }
    }

    private static func told(_ signal: Signal) -> EvaluationError {
        switch signal {
        case .raised(let value): return .raised(value)
        case .exhausted(let reason): return reason
        case .downstream, .leave: preconditionFailure("a signal that nothing waits for")
        }
    }
}
