import Core
import Kafka

/// A broker in memory: topics, partitions, groups. What it has acknowledged it keeps.
///
/// Unchecked because all of it happens on the scheduler's thread.
final class SimulatedBroker: @unchecked Sendable {
    /// A record, and when consumers see it first.
    struct Stored {
        var record: KafkaRecord
        var visible: UInt64
    }

    static let partitions: Int32 = 3

    let scheduler: Scheduler
    let sins: Sins
    private(set) var logs: [TopicPartition: [Stored]] = [:]
    private(set) var groups: [String: SimulatedGroup] = [:]
    /// Told of each record that is taken.
    var onAppend: (KafkaRecord) -> Void = { _ in }

    init(_ scheduler: Scheduler, _ sins: Sins) { (self.scheduler, self.sins) = (scheduler, sins) }

    func group(_ name: String) -> SimulatedGroup {
        if let group = groups[name] { return group }
        let group = SimulatedGroup(name, self)
        groups[name] = group
        return group
    }

    /// Records in a partition from `offset` on that are visible by now.
    func read(_ partition: TopicPartition, from offset: Int64, most: Int) -> [KafkaRecord] {
        guard let log = logs[partition], offset < log.count else { return [] }
        let now = scheduler.now
        return log[Int(offset)...].prefix(most).prefix { $0.visible <= now }.map(\.record)
    }

    func end(_ partition: TopicPartition) -> Int64 { Int64(logs[partition]?.count ?? 0) }

    /// Takes messages as a producer's request; throws as the client would. Those that failed may be there all the same.
    func send(_ messages: [KafkaMessage], from process: String) async throws(KafkaError) {
        await pass(.microseconds(100 + scheduler.below(1500)))
        let topic = messages.first?.topic ?? ""
        if sins.strikes(.refusedSend, at: topic) {
            throw failure(Array(messages.indices))
        }
        if messages.count > 1, sins.strikes(.partialSend, at: topic) {
            let kept = 1 + scheduler.below(messages.count - 1)
            // Partitions are written apart: what comes first in the batch need not be what is taken.
            let isPrefix = scheduler.chance(500)
            let taken = isPrefix ? Array(messages[..<kept]) : messages.filter { $0.topic == messages[kept].topic }
            append(taken, from: process)
            throw failure(messages.indices.filter { !taken.contains(messages[$0]) })
        }
        append(messages, from: process)
        if sins.strikes(.lostAcknowledgement, at: topic) {
            throw failure(Array(messages.indices))
        }
        await pass(.microseconds(50 + scheduler.below(500)))
    }

    private func failure(_ failed: [Int]) -> KafkaError {
        var error = KafkaError(.unavailable, "simulated")
        error.failed = failed
        return error
    }

    private func append(_ messages: [KafkaMessage], from process: String) {
        for message in messages {
            append(message)
            if sins.strikes(.duplicate, at: message.topic) { append(message) }
        }
        scheduler.note("\(process) sent \(messages.count)")
        for group in groups.values.sorted(by: { $0.name < $1.name }) { group.wake() }
    }

    /// Writes one, at the end of its partition.
    func append(_ message: KafkaMessage) {
        let hash = stableHash(String(decoding: message.key ?? [], as: UTF8.self))
        let partition = TopicPartition(message.topic, Int32(hash % UInt64(Self.partitions)))
        var log = logs[partition] ?? []
        var visible = scheduler.now &+ UInt64(scheduler.below(1_000_000))
        if sins.strikes(.delayedDelivery, at: message.topic) {
            visible &+= UInt64(scheduler.below(5_000)) * 1_000_000
        }
        visible = max(visible, log.last?.visible ?? 0)
        let record = KafkaRecord(
            topic: message.topic, partition: partition.partition, offset: Int64(log.count), key: message.key,
            value: message.value, headers: message.headers,
            timestamp: Instant(microseconds: Int64(scheduler.now / 1000)))
        log.append(Stored(record: record, visible: visible))
        logs[partition] = log
        let content = stableHash(String(decoding: message.value ?? [], as: UTF8.self))
        scheduler.note("\(message.topic)/\(partition.partition)/\(log.count - 1) \(content)")
        onAppend(record)
    }

    /// Writes a message of somebody who never fails.
    func publish(_ message: KafkaMessage) {
        append(message)
        for group in groups.values.sorted(by: { $0.name < $1.name }) { group.wake() }
    }

    /// When something that is not visible yet in a partition will be.
    func nextVisible(_ partition: TopicPartition, from offset: Int64) -> UInt64? {
        guard let log = logs[partition], offset < log.count else { return nil }
        return log[Int(offset)].visible
    }

    /// Lets virtual time pass for the calling task.
    func pass(_ time: Duration) async {
        let deadline = ContinuousClock.now + time
        while ContinuousClock.now < deadline {
            do { try await Task.sleep(until: deadline, clock: .continuous) } catch {
                // Who is cancelled does not wait: its request is under way all the same.
                return
            }
        }
    }
}
