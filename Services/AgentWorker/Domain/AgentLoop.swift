public import Core

/// The turns of an agent, as a function of what the journal holds: the same replies always lead to the same next step,
/// so a crash between turns costs nothing that was paid for.
public struct AgentLoop: Sendable {
    /// What comes next.
    public enum Step: Sendable, Hashable {
        /// Ask the model; this is turn number `turn`, from 1 on and counted over all attempts.
        case ask(turn: Int, [ChatMessage])
        /// The answer.
        case answer(JSON)
        /// It cannot go on.
        case fail(Fault)
    }

    /// What was used so far.
    public struct Usage: Sendable, Hashable {
        /// Tokens of the questions.
        public var inputTokens = 0
        /// Tokens of the answers.
        public var outputTokens = 0
        /// Answers of the model.
        public var calls = 0

        /// What was used; by default nothing.
        public init(inputTokens: Int = 0, outputTokens: Int = 0, calls: Int = 0) {
            (self.inputTokens, self.outputTokens, self.calls) = (inputTokens, outputTokens, calls)
        }
    }

    private let request: AgentRequest
    private let attempt: Int
    private let mismatches: @Sendable (JSON) -> [String]
    private var messages: [ChatMessage]
    private var last: Step?
    /// What was used so far, over all attempts.
    public private(set) var usage = Usage()

    /// The beginning of `attempt`, before any reply. A later attempt goes on with the conversation of the earlier ones,
    /// with a fresh budget. `mismatches` says how an answer fails the shape that was asked for, as sentences.
    public init(
        _ request: AgentRequest, opening: [ChatMessage], attempt: Int,
        mismatches: @escaping @Sendable (JSON) -> [String]
    ) {
        (self.request, self.attempt, self.mismatches) = (request, attempt, mismatches)
        messages = opening
    }

    /// What comes next.
    public var next: Step {
        if let last { return last }
        let turns = request.budget.turns * attempt
        if usage.calls >= turns {
            return .fail(
                Fault(
                    .validation, .badAnswer, "no answer of the shape asked for in \(request.budget.turns) turns",
                    title: "The model's answers do not fit"))
        }
        if usage.inputTokens + usage.outputTokens >= request.budget.tokens * attempt {
            return .fail(
                Fault(
                    .runtime, .budgetExhausted, "\(request.budget.tokens) tokens are used up", title: "Budget exhausted"
                ))
        }
        return .ask(turn: usage.calls + 1, messages)
    }

    /// Takes the reply of the turn that was asked for.
    public mutating func take(_ reply: ModelReply) {
        usage.inputTokens += reply.inputTokens
        usage.outputTokens += reply.outputTokens
        usage.calls += 1
        guard let schema = request.outputSchema else {
            last = .answer(.string(reply.text))
            return
        }
        let mismatches = reply.value.map(self.mismatches) ?? ["/: expected JSON and nothing else"]
        if mismatches.isEmpty, let value = reply.value {
            last = .answer(value)
        } else {
            messages += [ChatMessage(.assistant, reply.text), Prompt.objection(mismatches, schema)]
        }
    }
}
