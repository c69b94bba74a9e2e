/// Why a pattern does not compile or a search gave no answer.
public enum PatternError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The pattern is not well formed, or asks for what is not supported: a sentence, and the offset in scalars.
    case syntax(String, offset: Int)
    /// The search used up its steps, or more memory than it may have.
    case exhausted

    /// A sentence that shows no data.
    public var description: String {
        switch self {
        case .syntax(let message, let offset): "\(message) (at character \(offset))"
        case .exhausted: "the search takes too many steps"
        }
    }
}
