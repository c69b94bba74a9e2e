/// What a service does with its messages.
public protocol BatchHandler: Sendable {
    /// The topics that it reads.
    var topics: [Topic] { get }

    /// Whether it has more work than it can hold: while it is, partitions are paused.
    var isCongested: Bool { get }

    /// How many messages a poll may bring, at least 1.
    var room: Int { get }

    /// How long a poll waits after its first message for more, unless there are enough: for handlers that nobody waits
    /// for, since few larger transactions cost less than many small ones.
    var gathering: Duration { get }

    /// Takes a whole poll, in order within each partition, inside the one transaction. Throwing rolls everything back:
    /// a retriable error is tried again for ever, with growing waits; after any other the messages are tried one by
    /// one, and those that still throw go to the dead letters. So it must change nothing outside of the transaction.
    func handle(_ batch: [Inbound], _ transaction: MessageTransaction) async throws
}

extension BatchHandler {
    /// Never, unless the handler says otherwise.
    public var isCongested: Bool { false }

    /// Any number, unless the handler says otherwise.
    public var room: Int { .max }

    /// Not at all, unless the handler says otherwise.
    public var gathering: Duration { .zero }
}
