import Core
import Kafka

/// A consumer group with eager rebalances, as librdkafka's `range` assignor has them: all give up what they have, then
/// each gets its part.
final class SimulatedGroup {
    final class Member {
        let session: SimulatedSession
        let number: Int
        /// What it has been told to read.
        var partitions: [TopicPartition] = []
        /// Whether it has given up what it had and waits for its part.
        var isReady = true
        var lastSign: UInt64

        init(_ session: SimulatedSession, number: Int, now: UInt64) {
            (self.session, self.number, lastSign) = (session, number, now)
        }
    }

    let name: String
    private let broker: SimulatedBroker
    private(set) var members: [Member] = []
    private var joined = 0
    private var generation = 0
    private var isRebalancing = false

    /// How long a member may take to give up its partitions before it is put out.
    private static let rebalanceTimeout: Duration = .seconds(6)
    private static let joinDelay: Duration = .milliseconds(100)

    init(_ name: String, _ broker: SimulatedBroker) { (self.name, self.broker) = (name, broker) }

    func join(_ session: SimulatedSession) {
        joined += 1
        members.append(Member(session, number: joined, now: broker.scheduler.now))
        rebalance()
    }

    func leave(_ session: SimulatedSession) {
        guard contains(session) else { return }
        members.removeAll { $0.session === session }
        rebalance()
    }

    func contains(_ session: SimulatedSession) -> Bool { members.contains { $0.session === session } }

    /// A member is put out without being asked: it learns of it when it next asks.
    func evict(_ session: SimulatedSession) {
        guard contains(session) else { return }
        broker.scheduler.note("\(name) evicts \(session.process.name)")
        leave(session)
        session.wasEvicted = true
        session.wake()
    }

    /// Partitions were given up.
    func released(_ session: SimulatedSession) {
        members.first { $0.session === session }?.isReady = true
        assignWhenReady(generation)
    }

    func wake() { for member in members { member.session.wake() } }

    /// Puts out who has not been heard of for the session's time.
    func expire(after timeout: UInt64) {
        for member in members {
            if member.session.process.life == .running {
                member.lastSign = broker.scheduler.now
            } else if broker.scheduler.now - member.lastSign > timeout {
                evict(member.session)
            }
        }
    }

    private func rebalance() {
        generation += 1
        isRebalancing = true
        for member in members where !member.partitions.isEmpty {
            member.session.tell(.revoked(member.partitions))
            (member.partitions, member.isReady) = ([], false)
        }
        let number = generation
        broker.scheduler.after(Self.joinDelay) { self.assignWhenReady(number) }
        broker.scheduler.after(Self.rebalanceTimeout) { self.evictSilent(number) }
    }

    private func evictSilent(_ number: Int) {
        guard generation == number, isRebalancing else { return }
        let silent = members.filter { !$0.isReady }
        if silent.isEmpty { return assignWhenReady(number) }
        for member in silent { evict(member.session) }
    }

    private func assignWhenReady(_ number: Int) {
        guard generation == number, isRebalancing, members.allSatisfy(\.isReady), !members.isEmpty else { return }
        isRebalancing = false
        let sorted = members.sorted { $0.number < $1.number }
        for topic in Set(members.flatMap(\.session.topics)).sorted() {
            let readers = sorted.filter { $0.session.topics.contains(topic) }
            for partition in 0..<SimulatedBroker.partitions {
                let reader = readers[Int(partition) * readers.count / Int(SimulatedBroker.partitions)]
                reader.partitions.append(TopicPartition(topic, partition))
            }
        }
        for member in sorted {
            broker.scheduler.note("\(name) \(number): \(member.session.process.name) \(member.partitions.count)")
            member.session.tell(.assigned(member.partitions))
        }
    }
}
