import Core
public import Expressions

/// Which events are meant.
public struct EventFilter: Sendable {
    /// What ties events to each other or to the instance.
    public struct Correlation: Sendable {
        /// Its name; filters that use the same name share the value.
        public let name: String
        /// Takes the value from the event.
        public let from: Expression
        /// What the value must be; nil: the first one decides for those that follow.
        public let expect: Template?
    }

    /// Its place in the document, such as `/do/0/wait/listen/to/one`.
    public let pointer: String
    /// What attributes must be, by name.
    public let attributes: [(name: String, match: EventMatch)]
    /// In the order of the document.
    public let correlations: [Correlation]

    /// The one type that events must have; nil when several types may fit.
    public var type: String? {
        for (name, match) in attributes where name == "type" {
            if case .equals(.string(let type)) = match { return type }
        }
        return nil
    }
}
