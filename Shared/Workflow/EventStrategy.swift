public import Expressions

/// Which events are consumed, and when that is enough.
public struct EventStrategy: Sendable {
    /// How many of the filters must be met.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The only one, once.
        case one
        /// Any of them; no filters at all mean any event.
        case any
        /// Each of them once.
        case all
    }

    /// When it ends; only `any` may say so.
    public indirect enum Until: Sendable {
        /// Never.
        case never
        /// Once this holds for the array of what was consumed so far.
        case condition(Expression)
        /// Once these events have come; they are not handed on.
        case consumed(EventStrategy)
    }

    /// Its place in the document, such as `/do/0/wait/listen/to`.
    public let pointer: String
    /// How many of the filters must be met.
    public let kind: Kind
    /// In the order of the document.
    public let filters: [EventFilter]
    /// When it ends; nil for after one event with `any`, else when the filters are met.
    public let until: Until?

    /// The filters that end it.
    public var stops: EventStrategy? { if case .consumed(let strategy)? = until { strategy } else { nil } }
}
