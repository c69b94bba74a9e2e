import Core

extension ErrorCode {
    /// The arguments of a call do not fit its function.
    static let badArguments: ErrorCode = "FN0001"
    /// No answer came.
    static let noAnswer: ErrorCode = "FN0002"
    /// The answer was an error.
    static let refused: ErrorCode = "FN0003"
    /// A document that describes a service cannot be had or used.
    static let badDocument: ErrorCode = "FN0004"
    /// No token or credentials could be had.
    static let notAuthenticated: ErrorCode = "FN0005"
    /// A secret is missing, or not the definition's to read.
    static let noSecret: ErrorCode = "FN0006"
    /// The function is switched off, or this runtime cannot do it.
    static let switchedOff: ErrorCode = "FN0007"
    /// A remote procedure answered with an error.
    static let remoteError: ErrorCode = "FN0008"
    /// A process could not be run, failed, or exceeded a limit.
    static let processFailed: ErrorCode = "FN0009"
    /// Messages could not be published or consumed.
    static let messagingFailed: ErrorCode = "FN0010"
}
