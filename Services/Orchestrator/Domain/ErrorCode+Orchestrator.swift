public import Core

/// The codes of this service; each has a page in `docs/errors`.
extension ErrorCode {
    /// A definition that does not decode or compile.
    public static let malformedDefinition: ErrorCode = "OR0001"
    /// The version exists with another content.
    public static let definitionTaken: ErrorCode = "OR0002"
    /// No such definition, or no such version of it.
    public static let unknownDefinition: ErrorCode = "OR0003"
    /// A command about an execution that does not exist.
    public static let unknownExecution: ErrorCode = "OR0004"
    /// A command about an execution that has ended.
    public static let executionEnded: ErrorCode = "OR0005"
    /// A message that cannot be read.
    public static let unreadableMessage: ErrorCode = "OR0006"
    /// A message without an id that it needs, or with one too long.
    public static let malformedCommand: ErrorCode = "OR0007"
    /// A body that lies in the object store cannot be had.
    public static let missingObject: ErrorCode = "OR0008"
    /// A stored state or definition that this version cannot read.
    public static let unreadableState: ErrorCode = "OR0009"
    /// A migration to the version that the executions run already.
    public static let sameVersion: ErrorCode = "OR0010"
    /// Something is missing that an execution needs to go on.
    public static let causeLost: ErrorCode = "OR0011"
    /// A decision names an incident that there is none of, or says what does not fit it.
    public static let noSuchLoss: ErrorCode = "OR0012"
    /// A timer after which nothing can be written.
    public static let timerCannotFire: ErrorCode = "OR0013"
}
