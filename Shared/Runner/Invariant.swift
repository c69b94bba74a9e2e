public import Core
public import Expressions

/// What must hold at the end of every run: a jq condition over `World.view(of:)`.
public struct Invariant: Sendable {
    /// The condition's text.
    public let text: String
    private let condition: Expression

    /// Reads a condition, in `${ }` or without. Throws `ExpressionSyntaxError`.
    public init(_ text: String) throws(ExpressionSyntaxError) {
        self.text = text
        var program = text
        if program.hasPrefix("${"), program.hasSuffix("}") { program = String(program.dropFirst(2).dropLast()) }
        condition = try Expression(program)
    }

    /// Nil when it holds; else what it gives in place of true.
    public func problem(_ view: JSON) -> String? {
        var budget = EvaluationBudget(steps: 50_000_000)
        do {
            let value = try condition.evaluate(view, budget: &budget)
            return value.isNull || value == .bool(false) ? "it gives \(value.text())" : nil
        } catch {
            return "\(error)"
        }
    }
}
