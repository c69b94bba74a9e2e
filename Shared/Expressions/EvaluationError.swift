public import Core

/// Why an evaluation gave nothing.
public enum EvaluationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The expression raised an error that it did not catch; jq's message, or any value given to `error`.
    case raised(JSON)
    /// The budget of steps is used up.
    case steps
    /// The evaluations nest too deeply.
    case depth
    /// A result or an intermediate value is too large.
    case size
    /// More than one result where one is wanted.
    case severalResults

    /// A sentence that shows no data.
    public var description: String {
        switch self {
        case .raised: "the expression raised an error"
        case .steps: "the expression takes too many steps"
        case .depth: "the expression nests too deeply"
        case .size: "the expression makes too large a value"
        case .severalResults: "the expression gives more than one result"
        }
    }

    /// A sentence that may show data, for the author of the expression.
    public var detail: String {
        guard case .raised(let value) = self else { return description }
        // A value that shares its parts may be of any size when written.
        guard value.weighed(stoppingAt: 10_000, atMost: 1000).weight <= 10_000 else { return description }
        let text = value.string ?? value.text() + " (not a string)"
        return text.utf8.count > 500 ? String(text.prefix(500)) + "…" : text
    }
}
