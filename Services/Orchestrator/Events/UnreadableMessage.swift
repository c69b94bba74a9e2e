import Core

/// Why a message cannot be taken; it goes to the dead letters.
struct UnreadableMessage: Error {
    var code: ErrorCode
    var cause: String
}
