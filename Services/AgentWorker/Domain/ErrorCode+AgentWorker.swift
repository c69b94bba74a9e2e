public import Core

extension ErrorCode {
    /// The arguments of a call do not fit its function.
    public static let badArguments: ErrorCode = "AW0001"
    /// No worker knows the function.
    public static let unknownFunction: ErrorCode = "AW0002"
    /// The language model could not be asked.
    public static let modelFailed: ErrorCode = "AW0003"
    /// The model's answers do not have the shape that was asked for.
    public static let badAnswer: ErrorCode = "AW0004"
    /// The agent used up its turns or tokens.
    public static let budgetExhausted: ErrorCode = "AW0005"
    /// A call that must not be repeated may or may not have been carried out.
    public static let ambiguousEffect: ErrorCode = "AW0006"
    /// A document cannot be read.
    public static let unreadableDocument: ErrorCode = "AW0007"
    /// The index did not answer the query.
    public static let retrievalFailed: ErrorCode = "AW0008"
    /// The task failed again and again for reasons of our own.
    public static let givenUp: ErrorCode = "AW0010"
    /// A decision names an incident that there is none of.
    public static let noSuchIncident: ErrorCode = "AW0011"
    /// A decision comes after another.
    public static let incidentDecided: ErrorCode = "AW0012"
    /// A decision wants a task repeated that nobody wants any more.
    public static let nothingToRepeat: ErrorCode = "AW0013"

    /// An answer contradicts what was decided without it.
    public static let contradictedEffect: ErrorCode = "AW0014"

    /// All of this service.
    public static let agentWorker: [ErrorCode] = [
        .badArguments, .unknownFunction, .modelFailed, .badAnswer, .budgetExhausted, .ambiguousEffect,
        .unreadableDocument, .retrievalFailed, .givenUp, .noSuchIncident, .incidentDecided, .nothingToRepeat,
        .contradictedEffect,
    ]
}

extension Fault {
    /// A standard error whose detail begins with one of this service's codes.
    public init(_ standard: Standard, _ code: ErrorCode, _ detail: String, status: Int? = nil, title: String? = nil) {
        self.init(standard, status: status, title: title, detail: "\(code): \(detail)")
    }
}
