/// What of an event is handed on.
public enum EventReading: String, Sendable, Hashable, CaseIterable {
    /// Its data.
    case data
    /// The whole event: its attributes and its data.
    case envelope
    /// Its data as text.
    case raw
}
