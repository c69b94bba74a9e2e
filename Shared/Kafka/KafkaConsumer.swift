import Core
public import Lifecycle
import Telemetry

/// Reads the partitions that its group gives it, on a thread of its own.
///
/// Use it from one task, in a loop: `poll`, handle the records, then `takeEvents` and answer each. Between an event and
/// its answer nothing of the partitions concerned is read, so a caller can say where to begin. Offsets are never stored
/// by themselves. `close` is a must; without it the group waits for the session time-out.
public actor KafkaConsumer {
    private nonisolated let executor: any SerialExecutor
    private let configuration: KafkaConfiguration
    private var consumer: KafkaConsumerConfiguration
    private var lastFenced: ContinuousClock.Instant?
    private var client: (any KafkaSession)?
    private var isClosed = false
    private var positions: [TopicPartition: Int64] = [:]
    private var owned: Set<TopicPartition> = []
    private var pending: [KafkaAssignment] = []

    /// The consumer's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The same, for the task that polls; nil in simulations.
    public nonisolated var thread: ThreadExecutor? { executor as? ThreadExecutor }

    /// A consumer; joins its group with the first poll.
    public init(_ configuration: KafkaConfiguration, _ consumer: KafkaConsumerConfiguration) {
        (self.configuration, self.consumer) = (configuration, consumer)
        executor = configuration.sessions.makeExecutor()
    }

    deinit { (executor as? ThreadExecutor)?.stop() }

    /// The records that are there, `max` at most, of all partitions together, in order within each. Waits for the first
    /// one only, at most `wait`, and less when an event comes. Throws what only an operator or a new consumer can mend.
    public func poll(max: Int, wait: Duration) async throws(KafkaError) -> [KafkaRecord] {
        let client = try current()
        await client.ready(within: wait)
        guard pending.isEmpty, !client.hasEvents else { return [] }
        var records: [KafkaRecord] = []
        do {
            try client.poll(max, wait) { record in
                let partition = TopicPartition(record.topic, record.partition)
                // What librdkafka had in hand when a partition went is not ours any more.
                guard owned.contains(partition) else { return }
                positions[partition] = record.offset + 1
                records.append(record)
            }
        } catch  where error.code == .fatal {
            rejoin()
        } catch  where error.code == .fenced {
            comeBack()
        }
        return records
    }

    /// Somebody has joined under this member's name: most likely itself, after a stand-still that cost it the session
    /// and while a request of its former membership was under way. Twice in a minute, another process bears the name:
    /// this one then goes on without, as taking it in turns would help neither.
    private func comeBack() {
        let now = ContinuousClock.now
        let isShared = lastFenced.map { now - $0 < .seconds(60) } ?? false
        configuration.logger.warning(
            "another member joined the group under this one's name; joining anew",
            [
                .code: "KA0007", .member: .string(consumer.instance ?? ""),
                .reason: isShared ? "for the second time in a minute, so without the name" : "under the name",
            ])
        if isShared { consumer.instance = nil }
        lastFenced = now
        rejoin()
    }

    /// What the group said since the last call, oldest first. Each is to be answered.
    public func takeEvents() -> [KafkaAssignment] {
        defer { pending = [] }
        return pending + (client?.takeEvents() ?? [])
    }

    /// Leaves the group and joins it anew, as a new member: for who finds that the group's view and its own differ.
    /// What was assigned is told as `.lost`.
    public func rejoin() {
        client?.close()
        client = nil
        pending.append(.lost(owned.sorted()))
        (owned, positions) = ([], [:])
    }

    /// Answers `.assigned`: begins to read each partition at its offset; nil is the first record there is.
    public func assign(_ offsets: [TopicPartition: Int64?]) throws(KafkaError) {
        try current().assign(offsets.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        for (partition, offset) in offsets {
            owned.insert(partition)
            positions[partition] = offset
        }
    }

    /// Answers `.revoked` and `.lost`: gives the partitions up.
    public func release(_ partitions: [TopicPartition]) throws(KafkaError) {
        // After `rejoin` the client knows nothing of them.
        if !partitions.isEmpty, owned.isDisjoint(with: partitions) { return }
        for partition in partitions {
            owned.remove(partition)
            positions[partition] = nil
        }
        try current().release(partitions)
    }

    /// Reads a partition on from `offset`; nil is the first record there is.
    public func seek(_ partition: TopicPartition, to offset: Int64?) throws(KafkaError) {
        try seek([partition: offset])
    }

    /// Reads partitions on from their offsets, all in one step: librdkafka 2.0 may abort when one assignment follows
    /// the other before it has stopped reading.
    public func seek(_ offsets: [TopicPartition: Int64?]) throws(KafkaError) {
        // Given up and taken again: librdkafka's own seek refuses while it does not read, as after `.outOfRange`.
        let client = try current()
        let sought = offsets.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        if consumer.assignor.hasPrefix("cooperative") {
            try client.release(sought.map(\.0))
            try client.assign(sought)
        } else {
            try client.assign(owned.sorted().map { ($0, offsets[$0] ?? positions[$0]) })
        }
        for (partition, offset) in offsets { positions[partition] = offset }
    }

    /// Stops reading these partitions without giving them up. `poll` must go on being called.
    public func pause(_ partitions: [TopicPartition]) { client?.pause(partitions) }

    /// Reads paused partitions again.
    public func resume(_ partitions: [TopicPartition]) { client?.resume(partitions) }

    /// Tells the group, without waiting, the next offset of each partition: for lag tools, not for truth. Failure is
    /// harmless and not told.
    public func commit(_ offsets: [TopicPartition: Int64]) {
        guard !offsets.isEmpty else { return }
        client?.commit(offsets.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }

    /// How many records lie between what was read and the end, per partition; a partition whose end is not known yet is
    /// left out.
    public func lag() -> [TopicPartition: Int64] {
        guard let client else { return [:] }
        var out: [TopicPartition: Int64] = [:]
        for partition in owned {
            guard let end = client.end(partition) else { continue }
            out[partition] = positions[partition].map { max(0, end - $0) } ?? end
        }
        return out
    }

    /// The partitions that are being read.
    public var assignment: [TopicPartition] { owned.sorted() }

    /// Leaves the group and closes for good. Blocks its own thread until the group has been told.
    public func close() {
        isClosed = true
        client?.close()
        client = nil
        (owned, positions) = ([], [:])
    }

    private func current() throws(KafkaError) -> any KafkaSession {
        guard !isClosed else { throw KafkaError(.closed, "the consumer is closed") }
        if let client { return client }
        let new = try configuration.sessions.open(configuration, consumer)
        client = new
        return new
    }
}
