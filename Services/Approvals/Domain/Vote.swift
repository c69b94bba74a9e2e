public import Core

/// A person's decision that counted.
public struct Vote: Sendable, Hashable {
    /// The command that carried it.
    public var commandID: String
    /// Who decided; the bare name.
    public var actor: String
    /// Yes or no.
    public var choice: Choice
    /// The person's own words.
    public var comment: String
    /// When it counted.
    public var at: Instant

    /// A vote with its members.
    public init(commandID: String, actor: String, choice: Choice, comment: String, at: Instant) {
        (self.commandID, self.actor, self.choice, self.comment, self.at) = (commandID, actor, choice, comment, at)
    }
}
