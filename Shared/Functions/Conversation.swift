/// What is said to a process, line by line, in answer to what it says on stdout.
protocol Conversation: Sendable {
    /// What comes first.
    var opening: [UInt8] { get }
    /// What to do about a line of its own.
    mutating func reply(to line: [UInt8]) -> ConversationStep
}

/// What follows a line.
enum ConversationStep: Sendable, Hashable {
    /// Say this; nothing, when it is empty.
    case say([UInt8])
    /// All is said: its stdin is closed, and it may go.
    case end
}

/// A process that is not spoken to.
struct Silence: Conversation {
    let opening: [UInt8] = []
    mutating func reply(to line: [UInt8]) -> ConversationStep { .say([]) }
}
