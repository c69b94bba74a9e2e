public import Expressions

/// One case of a `switch`.
public struct SwitchCase: Sendable {
    /// Its name.
    public let name: String
    /// What must hold; nil for the default.
    public let when: Expression?
    /// Where the list goes on.
    public let then: FlowDirective
}
