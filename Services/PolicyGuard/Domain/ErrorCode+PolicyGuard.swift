public import Core

/// The codes of this service; each has a page in `docs/errors`.
extension ErrorCode {
    /// A policy document that cannot be taken.
    public static let malformedPolicy: ErrorCode = "PO0001"
    /// The version exists with another content.
    public static let versionTaken: ErrorCode = "PO0002"
    /// No such policy, or no such version of it.
    public static let unknownPolicy: ErrorCode = "PO0003"
    /// A request for a verdict that cannot be read.
    public static let malformedEvaluation: ErrorCode = "PO0004"
    /// A rule cannot work on the input.
    public static let ruleFailed: ErrorCode = "PO0005"
    /// A message on the commands topic that cannot be read.
    public static let unreadableCommand: ErrorCode = "PO0007"
}
