import Core
import Kafka

/// A consumer's session with the broker. It reads what it believes to be its own: a broker does not ask who fetches.
///
/// Unchecked because all of it happens on the scheduler's thread.
final class SimulatedSession: KafkaSession, @unchecked Sendable {
    let process: Incarnation
    let topics: [String]
    private let broker: SimulatedBroker
    private let group: SimulatedGroup
    private var events: [KafkaAssignment] = []
    private var positions: [TopicPartition: Int64] = [:]
    private var paused: Set<TopicPartition> = []
    private var waiter: CheckedContinuation<Void, Never>?
    private var waits = 0
    private var isClosed = false
    var wasEvicted = false

    init(_ process: Incarnation, _ broker: SimulatedBroker, _ consumer: KafkaConsumerConfiguration) {
        (self.process, self.broker, topics) = (process, broker, consumer.topics)
        group = broker.group(consumer.group)
        group.join(self)
    }

    func tell(_ event: KafkaAssignment) {
        events.append(event)
        wake()
    }

    func wake() {
        let waiter = waiter
        self.waiter = nil
        waiter?.resume()
    }

    var hasEvents: Bool { !events.isEmpty || wasEvicted }

    func takeEvents() -> [KafkaAssignment] {
        defer { events = [] }
        guard wasEvicted else { return events }
        // Put out: what it was told before does not count any more, and it joins anew.
        wasEvicted = false
        let lost = positions.keys.sorted()
        group.join(self)
        return [.lost(lost)]
    }

    private var hasRecords: Bool {
        positions.contains { !paused.contains($0.key) && !broker.read($0.key, from: $0.value, most: 1).isEmpty }
    }

    func ready(within wait: Duration) async {
        if !hasEvents, !positions.isEmpty, broker.sins.strikes(.eviction, at: group.name) { group.evict(self) }
        if hasEvents || hasRecords {
            // A poll takes a moment in any case.
            return await broker.pass(.microseconds(50))
        }
        let now = broker.scheduler.now
        let coming = positions.compactMap { broker.nextVisible($0.key, from: $0.value) }.filter { $0 > now }.min()
        let limit = min(wait.nanoseconds, coming.map { $0 - now + 1000 } ?? .max)
        waits += 1
        let number = waits
        broker.scheduler.after(limit, .call { if self.waits == number { self.wake() } })
        await withCheckedContinuation { waiter = $0 }
        waits += 1
    }

    func poll(_ maximum: Int, _ wait: Duration, _ deliver: (KafkaRecord) -> Void) throws(KafkaError) {
        var left = min(maximum, 1 + broker.scheduler.below(40))
        for partition in positions.keys.sorted() where !paused.contains(partition) {
            var from = positions[partition]!
            if from > 0, broker.sins.strikes(.rewind, at: partition.topic) {
                from -= Int64(1 + broker.scheduler.below(Int(min(from, 5))))
            }
            let records = broker.read(partition, from: from, most: left)
            for record in records { deliver(record) }
            if let last = records.last { positions[partition] = last.offset + 1 }
            left -= records.count
            if left <= 0 { return }
        }
    }

    func assign(_ offsets: [(TopicPartition, Int64?)]) {
        positions = [:]
        for (partition, offset) in offsets { positions[partition] = offset ?? 0 }
        paused = []
    }

    func release(_ partitions: [TopicPartition]) {
        for partition in partitions { positions[partition] = nil }
        group.released(self)
    }

    func pause(_ partitions: [TopicPartition]) { paused.formUnion(partitions) }

    func resume(_ partitions: [TopicPartition]) {
        paused.subtract(partitions)
        wake()
    }

    func commit(_ offsets: [(TopicPartition, Int64?)]) {}
    func end(_ partition: TopicPartition) -> Int64? { broker.end(partition) }

    func close() {
        if isClosed { return }
        isClosed = true
        group.leave(self)
        positions = [:]
        wake()
    }
}
