/// A wait for events.
public struct ListenClause: Sendable {
    /// Which events.
    public let strategy: EventStrategy
    /// What of them.
    public let reading: EventReading
    /// What is done for each, if anything.
    public let iteration: EventIteration?
}
