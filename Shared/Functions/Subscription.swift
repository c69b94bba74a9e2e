import Core
import Expressions
import Workflow

/// Which messages a call takes, and until when.
struct Subscription: Sendable {
    /// A program for each message, with the values of its variables.
    struct Condition: Sendable {
        let expression: Expression
        let values: [JSON]

        init?(_ value: JSON?, _ member: String) throws(FunctionError) {
            guard let value, !value.isNull else { return nil }
            guard let source = value["expression"]?.string else { throw .bad(member, "an expression", value) }
            let variables = value["variables"]?.object ?? [:]
            do { expression = try Expression(source, allowing: variables.keys) } catch {
                throw .bad(member, "an expression that can be read")
            }
            values = expression.variables.map { variables[$0] ?? .null }
        }

        func holds(_ input: JSON) throws(FunctionError) -> Bool {
            var budget = EvaluationBudget()
            do {
                let result = try expression.evaluate(input, values, budget: &budget)
                return result != .null && result != .bool(false)
            } catch {
                throw .fault(Fault(.expression, detail: error.detail), .answered)
            }
        }
    }

    /// More bytes than this in one call's messages are an error.
    private static let largest = 16 << 20
    private static let most = 10_000

    private let filter: Condition?
    private let amount: Int?
    private let goesOn: Condition?
    private let stops: Condition?
    /// How long to take messages; nil when the call's own time limits it.
    let duration: Duration?
    private(set) var messages: [JSON] = []
    private var size = 0

    /// Reads `subscription`.
    init(_ value: JSON) throws(FunctionError) {
        guard let consume = value["consume"], consume.object != nil else {
            throw .bad("subscription/consume", "an object with amount, while or until", value["consume"])
        }
        filter = try Condition(value["filter"], "subscription/filter")
        goesOn = try Condition(consume["while"], "subscription/consume/while")
        stops = try Condition(consume["until"], "subscription/consume/until")
        amount = consume["amount"]?.int
        guard [amount != nil, goesOn != nil, stops != nil].count(where: { $0 }) == 1, amount ?? 1 > 0 else {
            throw .bad("subscription/consume", "one of amount, while and until")
        }
        guard let limit = consume["for"].flatMap(\.present) else {
            duration = nil
            return
        }
        guard let duration = DurationTemplate.duration(limit) else {
            throw .bad("subscription/consume/for", "a duration", limit)
        }
        self.duration = duration
    }

    /// Whether no message is wanted at all.
    func isOverBefore() throws(FunctionError) -> Bool { try stops?.holds([]) ?? false }

    /// When to stop taking messages. Throws when `for` is longer than the settings let it be.
    func end(
        from start: Instant, _ context: FunctionContext, _ settings: FunctionSettings
    ) throws(FunctionError) -> Instant {
        let longest = settings.longestSubscription
        if let duration, duration > longest {
            throw .nothing(.configuration, .badArguments, "subscription/consume/for: at most \(longest)")
        }
        let end = start + (duration ?? longest)
        return context.deadline.map { min(end, $0 + Outside.grace) } ?? end
    }

    /// Messages that have not come by then.
    func late(_ settings: FunctionSettings) -> FunctionError {
        .fault(
            Fault(.timeout, .messagingFailed, "the messages did not come within \(settings.longestSubscription)"),
            .answered)
    }

    /// Takes a message if it passes the filter. Returns true when it was the last.
    mutating func take(_ message: JSON) throws(FunctionError) -> Bool {
        if let filter, try !filter.holds(message) { return false }
        messages.append(message)
        size += message.bytes().count
        guard size <= Self.largest, messages.count <= Self.most else {
            throw .fault(
                Fault(.communication, .messagingFailed, "more messages than one call can take", status: 413), .answered)
        }
        if let amount { return messages.count >= amount }
        if let goesOn { return try !goesOn.holds(.array(messages)) }
        return try stops?.holds(.array(messages)) ?? false
    }
}
