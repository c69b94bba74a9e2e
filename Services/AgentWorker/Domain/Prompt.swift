import Core

/// Makes the opening messages of a conversation. The same request and texts always give the same bytes.
public enum Prompt {
    /// The system message, if there are instructions, and the question: goal, context, documents, shape of the answer.
    public static func opening(_ request: AgentRequest, texts: [(name: String, text: String)]) -> [ChatMessage] {
        var parts = [request.goal]
        if let context = request.context { parts.append("Context (JSON):\n" + context.text()) }
        for (name, text) in texts {
            // A name is the uploader's: on one line it cannot pose as another part of the prompt.
            let line = name.split(whereSeparator: \.isNewline).joined(separator: " ")
            parts.append("Document \(line):\n\(text)")
        }
        if let schema = request.outputSchema {
            parts.append("Answer with JSON that matches this schema:\n" + schema.text())
        }
        let system = request.instructions.isEmpty ? [] : [ChatMessage(.system, request.instructions)]
        return system + [ChatMessage(.user, parts.joined(separator: "\n\n"))]
    }

    /// What is said to an answer that does not fit.
    static func objection(_ mismatches: [String], _ schema: JSON) -> ChatMessage {
        ChatMessage(
            .user,
            "Your answer does not fit:\n" + mismatches.map { "- \($0)" }.joined(separator: "\n")
                + "\n\nAnswer with JSON that matches this schema:\n" + schema.text())
    }
}
