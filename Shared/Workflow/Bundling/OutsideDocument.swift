public import Core

/// A document that a definition refers to, and that has to be in it before it can be registered.
public struct OutsideDocument: Sendable, Hashable {
    /// What it is to the definition.
    public enum Use: Sendable, Hashable {
        /// A task, which calls know under this name.
        case function(name: String)
        /// A JSON schema.
        case schema
    }

    /// Where it is: `http:`, `https:`, or a `file:` beside the definition.
    public var url: String
    /// What it is.
    public var use: Use
    /// Where the definition refers to it.
    public var pointer: JSONPointer
    /// Where in the definition it is put.
    public var place: JSONPointer
    /// Where the document from the network is that refers to it; nil when the definition's author does.
    public var asker: String?
}
