public import Core

/// One message of a conversation with a model.
public struct ChatMessage: Sendable, Hashable {
    /// Who speaks.
    public enum Role: String, Sendable, Hashable {
        /// Sets role and rules.
        case system
        /// Asks.
        case user
        /// The model.
        case assistant
    }

    /// Who speaks.
    public var role: Role
    /// What is said.
    public var content: String

    /// A message.
    public init(_ role: Role, _ content: String) { (self.role, self.content) = (role, content) }

    /// As the chat API wants it.
    public var json: JSON { ["role": .string(role.rawValue), "content": .string(content)] }
}
