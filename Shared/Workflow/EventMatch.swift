public import Core
public import Expressions
public import Patterns

/// What one attribute of an event, or its data, must be.
public indirect enum EventMatch: Sendable {
    /// Exactly this.
    case equals(JSON)
    /// A text that is this one, or that the regular expression fits as a whole.
    case pattern(String, Pattern)
    /// An object with at least these members, each of which fits.
    case members([(key: String, match: EventMatch)])
    /// What an expression over the value says: a boolean decides, any other result must equal the value.
    case condition(Expression)
}
