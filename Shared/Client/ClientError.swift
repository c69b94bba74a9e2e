public import Core

/// Why the gateway gave no answer, or a refusal.
public enum ClientError: Error, Sendable, Hashable, CustomStringConvertible {
    /// It could not be reached.
    case unreachable(url: String, reason: String)
    /// It refused, with problem details (RFC 9457).
    case refused(status: Int, problem: JSON)
    /// What it answered is no JSON.
    case malformed(status: Int)

    /// One sentence or two: what happened, and what to do where the gateway says so.
    public var description: String {
        switch self {
        case .unreachable(let url, let reason): return "\(url) cannot be reached: \(reason)"
        case .malformed(let status): return "the answer (status \(status)) is no JSON: is this the gateway?"
        case .refused(let status, let problem):
            var text = problem["code"]?.string ?? "status \(status)"
            if let title = problem["title"]?.string { text += ": \(title)" }
            if let detail = problem["detail"]?.string { text += ". \(detail)" }
            if let advice = problem["whatToDo"]?.string { text += " \(advice)" }
            for fault in problem["errors"]?.array ?? [] {
                let pointer = fault["pointer"]?.string ?? ""
                text +=
                    "\n  \(pointer): found \(fault["found"]?.string ?? ""), expected \(fault["expected"]?.string ?? "")"
            }
            return text
        }
    }
}
