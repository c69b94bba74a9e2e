public import Core

extension ErrorCode {
    /// The arguments of a call do not fit its function.
    public static let badArguments: ErrorCode = "FN0001"
    /// No answer came.
    public static let noAnswer: ErrorCode = "FN0002"
    /// The answer was an error.
    public static let refused: ErrorCode = "FN0003"
    /// A document that describes a service cannot be had or used.
    public static let badDocument: ErrorCode = "FN0004"
    /// No token or credentials could be had.
    public static let notAuthenticated: ErrorCode = "FN0005"
    /// A secret is missing, or not the definition's to read.
    public static let noSecret: ErrorCode = "FN0006"
    /// The function is switched off, or this runtime cannot do it.
    public static let switchedOff: ErrorCode = "FN0007"
    /// A remote procedure answered with an error.
    public static let remoteError: ErrorCode = "FN0008"
    /// A process could not be run, failed, or exceeded a limit.
    public static let processFailed: ErrorCode = "FN0009"
    /// Messages could not be published or consumed.
    public static let messagingFailed: ErrorCode = "FN0010"
}
