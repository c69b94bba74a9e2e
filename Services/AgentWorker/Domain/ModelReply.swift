public import Core

/// A model's answer, read from the body of an OpenAI-compatible chat completion.
public struct ModelReply: Sendable, Hashable {
    /// What the model said.
    public var text: String
    /// Tokens of the question.
    public var inputTokens: Int
    /// Tokens of the answer.
    public var outputTokens: Int

    /// Reads a journalled answer. Throws a communication fault when the server refused or its answer is none.
    public init(_ outcome: EffectOutcome) throws(Fault) {
        guard (200...299).contains(outcome.status) else {
            let standard: Fault.Standard =
                switch outcome.status {
                case 401: .authentication
                case 403: .authorization
                default: .communication
                }
            throw Fault(
                standard, .modelFailed, "the model's server answered \(outcome.status)", status: outcome.status)
        }
        guard let body = try? JSON(parsing: outcome.body), let message = body["choices"]?[0]?["message"] else {
            throw Fault(.communication, .modelFailed, "the model's server gave no chat completion")
        }
        text = message["content"]?.string ?? ""
        inputTokens = max(0, body["usage"]?["prompt_tokens"]?.int ?? 0)
        outputTokens = max(0, body["usage"]?["completion_tokens"]?.int ?? 0)
    }

    /// The JSON value in the text: all of it, what stands in a code fence, or from the first brace to the last.
    var value: JSON? {
        if let value = try? JSON(parsing: text) { return value }
        if let start = text.range(of: "```"), let end = text[start.upperBound...].range(of: "```") {
            let inside = text[start.upperBound..<end.lowerBound].drop { !$0.isNewline }
            if let value = try? JSON(parsing: String(inside)) { return value }
        }
        guard let first = text.firstIndex(of: "{"), let last = text.lastIndex(of: "}"), first < last else { return nil }
        return try? JSON(parsing: String(text[first...last]))
    }
}

extension StringProtocol {
    /// Where `part` first stands.
    fileprivate func range(of part: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            start = index(after: start)
        }
        return nil
    }
}
