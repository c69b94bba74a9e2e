public import Core

extension ErrorCode {
    /// No API key, or one that is not known or was revoked.
    public static let unauthenticated: ErrorCode = "GW0001"
    /// The tenant sends faster than its rate.
    public static let rateExceeded: ErrorCode = "GW0002"
    /// The body is not JSON.
    public static let malformedJSON: ErrorCode = "GW0003"
    /// The body's members are not as the request wants them.
    public static let invalidBody: ErrorCode = "GW0004"
    /// The body is larger than the route takes.
    public static let bodyTooLarge: ErrorCode = "GW0005"
    /// A query parameter is unknown or malformed.
    public static let invalidQuery: ErrorCode = "GW0006"
    /// The idempotency key was used for another request.
    public static let keyReused: ErrorCode = "GW0007"
    /// The idempotency key is malformed.
    public static let invalidKey: ErrorCode = "GW0008"
    /// The route does not take the body's media type.
    public static let wrongMediaType: ErrorCode = "GW0009"
    /// The tenant has nothing of that name.
    public static let noSuchThing: ErrorCode = "GW0010"
    /// The workflow or policy document is faulty.
    public static let faultyDocument: ErrorCode = "GW0011"
    /// The version exists with other content.
    public static let versionTaken: ErrorCode = "GW0012"
    /// The workflow is not registered yet, or was rejected.
    public static let workflowNotReady: ErrorCode = "GW0013"
    /// The execution has ended.
    public static let executionEnded: ErrorCode = "GW0014"
    /// The approval is closed.
    public static let approvalClosed: ErrorCode = "GW0015"
    /// Another service did not answer in time.
    public static let noAnswer: ErrorCode = "GW0016"
    /// The event is no CloudEvent 1.0.
    public static let malformedEvent: ErrorCode = "GW0017"
    /// A fault of the gateway's own.
    public static let internalFault: ErrorCode = "GW0018"
    /// The database or the object store is out of reach.
    public static let dependencyDown: ErrorCode = "GW0019"
    /// The key's roles do not allow it.
    public static let roleMissing: ErrorCode = "GW0020"
    /// A message from another service could not be projected.
    public static let unreadableMessage: ErrorCode = "GW0021"
    /// A delivery to a webhook is neither signed nor sent with a key.
    public static let unsigned: ErrorCode = "GW0022"
    /// The dead letter's state does not allow it.
    public static let letterClosed: ErrorCode = "GW0023"
    /// The dead letter's message cannot be published as it is.
    public static let letterUnfit: ErrorCode = "GW0024"
    /// A redrive has ended by itself, since the same failure repeated.
    public static let redriveStopped: ErrorCode = "GW0025"
    /// What was told of an execution was lost.
    public static let historyLost: ErrorCode = "GW0026"
    /// More requests came than can be answered in time.
    public static let overloaded: ErrorCode = "GW0027"

    /// All of the gateway's codes.
    public static let gateway: [ErrorCode] = [
        .unauthenticated, .rateExceeded, .malformedJSON, .invalidBody, .bodyTooLarge, .invalidQuery, .keyReused,
        .invalidKey, .wrongMediaType, .noSuchThing, .faultyDocument, .versionTaken, .workflowNotReady, .executionEnded,
        .approvalClosed, .noAnswer, .malformedEvent, .internalFault, .dependencyDown, .roleMissing, .unreadableMessage,
        .unsigned, .letterClosed, .letterUnfit, .redriveStopped, .historyLost, .overloaded,
    ]
}
