import Contracts
import Core
import ProtoWire
import StateKeeperDomain

/// Events of one history that stand in one row of the table: each follows the one before.
struct EventBatch: Sendable {
    var key: ExecutionKey
    /// The first one's.
    var sequence: Int64
    /// The first one's.
    var happenedAt: Instant
    /// How many.
    var size: Int32
    /// One event's message, or a `cadenza.history.v1.Batch`.
    var message: [UInt8]
    /// The last one's.
    var hash: [UInt8]

    /// The most events in a row. Whoever looks for an event looks for rows that begin so far before it.
    static let most = 64
    /// The most bytes in a row of more than one event: what a page of the database has room for beside the rest.
    static let largest = 7800

    /// Events as the rows that they make, in their order. An event alone may be larger than `largest`.
    static func batches(_ events: [EventTable.Event]) -> [EventBatch] {
        var batches: [EventBatch] = []
        var begin = events.startIndex
        while begin < events.endIndex {
            var (end, bytes) = (begin + 1, size(events[begin]))
            while end < events.endIndex, end - begin < most, events[end].follows(events[end - 1]) {
                bytes += size(events[end])
                if bytes > largest { break }
                end += 1
            }
            batches.append(EventBatch(events[begin..<end]))
            begin = end
        }
        return batches
    }

    /// What an event takes: beside its message a hash, a time, and what tells their lengths.
    private static func size(_ event: EventTable.Event) -> Int { event.event.message.count + 60 }

    private init(_ events: ArraySlice<EventTable.Event>) {
        guard let first = events.first, let last = events.last else { preconditionFailure("a row holds an event") }
        var message = first.event.message
        if events.count > 1 {
            let events = events.map { event in
                HistoryV1.Event(
                    timeUs: event.happenedAt.microseconds, message: event.event.message,
                    hash: event.event.sequence == last.event.sequence ? [] : event.event.hash)
            }
            message = HistoryV1.Batch(events: events).protoBytes()
        }
        self.init(
            key: first.key, sequence: first.event.sequence, happenedAt: first.happenedAt, size: Int32(events.count),
            message: message, hash: last.event.hash)
    }

    /// A row as it was stored.
    init(
        key: ExecutionKey, sequence: Int64, happenedAt: Instant, size: Int32, message: [UInt8], hash: [UInt8]
    ) {
        (self.key, self.sequence, self.happenedAt) = (key, sequence, happenedAt)
        (self.size, self.message, self.hash) = (size, message, hash)
    }

    /// The events. A batch that cannot be read is given as one event with its bytes, which fits into no chain.
    var events: [EventTable.Event] {
        guard size > 1, let batch = try? HistoryV1.Batch(protoBytes: message), batch.events.count == Int(size) else {
            return [
                EventTable.Event(
                    key: key, event: .init(sequence: sequence, message: message, hash: hash), happenedAt: happenedAt)
            ]
        }
        return batch.events.enumerated().map { place, event in
            EventTable.Event(
                key: key,
                event: .init(
                    sequence: sequence + Int64(place), message: event.message,
                    hash: place + 1 == batch.events.count ? hash : event.hash),
                happenedAt: Instant(microseconds: event.timeUs))
        }
    }
}

extension EventTable.Event {
    /// Whether it is the event after `other`, of the same history.
    fileprivate func follows(_ other: EventTable.Event) -> Bool {
        key == other.key && event.sequence == other.event.sequence + 1
    }
}
