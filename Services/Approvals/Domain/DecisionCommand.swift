/// A person's decision as it came in.
public struct DecisionCommand: Sendable, Hashable {
    /// The command's id.
    public var commandID: String
    /// Yes, no, or nil when the command says neither.
    public var choice: Choice?
    /// The person's own words.
    public var comment: String
    /// Who decides.
    public var actor: Actor
    /// The digest of what the person was shown; empty when the client does not sign.
    public var subjectDigest: String

    /// A decision with its members.
    public init(commandID: String, choice: Choice?, comment: String = "", actor: Actor, subjectDigest: String = "") {
        self.commandID = commandID
        self.choice = choice
        self.comment = comment
        self.actor = actor
        self.subjectDigest = subjectDigest
    }
}

extension DecisionCommand {
    /// No longer comment is taken, in characters.
    public static let longestComment = 4000
}
