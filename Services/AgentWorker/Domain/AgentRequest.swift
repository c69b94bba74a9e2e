public import Core

/// What an agent, or a model directly, is asked to do.
public struct AgentRequest: Sendable, Hashable {
    /// A document by the digest of its content.
    public struct Document: Sendable, Hashable {
        /// Lower-case hex of the SHA-256 of its content.
        public var digest: String
        /// For the prompt and for messages.
        public var name: String
        /// Empty when it is not known.
        public var contentType: String
    }

    /// How much it may use in one attempt.
    public struct Budget: Sendable, Hashable {
        /// Model calls.
        public var turns: Int
        /// Tokens in and out.
        public var tokens: Int

        /// A budget.
        public init(turns: Int, tokens: Int) { (self.turns, self.tokens) = (turns, tokens) }
    }

    /// Role and rules, as the system message; empty for none.
    public var instructions: String
    /// Nil for the worker's own.
    public var model: String?
    /// What to reach.
    public var goal: String
    /// Facts to use.
    public var context: JSON?
    /// Documents to read.
    public var documents: [Document]
    /// The shape of the answer; nil for free text.
    public var outputSchema: JSON?
    /// How much it may use.
    public var budget: Budget

    /// Reads the arguments of `agent`, with `budget` where they say nothing. Throws a validation or a
    /// configuration fault.
    public init(agent arguments: JSON, budget: Budget) throws(Fault) {
        let agent = arguments["agent"]
        guard let goal = arguments["goal"]?.string, !goal.isEmpty else { throw Self.bad("goal", "a text") }
        let instructions = agent?["instructions"]?.string
        if instructions == nil, agent?["name"] != nil {
            throw Fault(.configuration, .badArguments, "agent: agents by name are not there yet; give instructions")
        }
        self.instructions = instructions ?? ""
        model = agent?["model"]?.string
        self.goal = goal
        context = arguments["context"].flatMap { $0.isNull ? nil : $0 }
        documents = try Self.documents(arguments["documents"])
        outputSchema = try Self.schema(arguments["outputSchema"])
        self.budget = try Self.budget(arguments["budget"], budget)
    }

    /// Reads the arguments of `llm`: `prompt`, and optionally `system`, `model`, `context`, `documents`, `outputSchema`
    /// and `budget`. Throws a validation fault.
    public init(model arguments: JSON, budget: Budget) throws(Fault) {
        guard let prompt = arguments["prompt"]?.string, !prompt.isEmpty else { throw Self.bad("prompt", "a text") }
        instructions = arguments["system"]?.string ?? ""
        model = arguments["model"]?.string
        goal = prompt
        context = arguments["context"].flatMap { $0.isNull ? nil : $0 }
        documents = try Self.documents(arguments["documents"])
        outputSchema = try Self.schema(arguments["outputSchema"])
        self.budget = try Self.budget(arguments["budget"], budget)
    }

    private static func documents(_ value: JSON?) throws(Fault) -> [Document] {
        guard let value, !value.isNull else { return [] }
        guard let elements = value.array else { throw bad("documents", "a list") }
        var documents: [Document] = []
        for (at, element) in elements.enumerated() {
            let text = element.string ?? element["digest"]?.string ?? element["blob"]?["digest"]?.string ?? ""
            let digest = text.hasPrefix("sha256/") ? String(text.dropFirst(7)) : text
            guard digest.utf8.count == 64, digest.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else {
                throw bad("documents/\(at)", "a digest, or an object with one")
            }
            let type = element["contentType"]?.string ?? element["blob"]?["contentType"]?.string
            documents.append(
                Document(
                    digest: digest, name: element["name"]?.string ?? String(digest.prefix(12)), contentType: type ?? "")
            )
        }
        return documents
    }

    private static func schema(_ value: JSON?) throws(Fault) -> JSON? {
        guard let value, !value.isNull else { return nil }
        guard value.object != nil else { throw bad("outputSchema", "an object") }
        return value
    }

    private static func budget(_ value: JSON?, _ standard: Budget) throws(Fault) -> Budget {
        func number(_ name: String, _ standard: Int) throws(Fault) -> Int {
            guard let given = value?[name], !given.isNull else { return standard }
            guard let number = given.int, number > 0 else { throw bad("budget/\(name)", "a positive number") }
            return number
        }
        return Budget(turns: try number("turns", standard.turns), tokens: try number("tokens", standard.tokens))
    }

    private static func bad(_ member: String, _ expected: String) -> Fault {
        Fault(.validation, .badArguments, "\(member): expected \(expected)")
    }
}
