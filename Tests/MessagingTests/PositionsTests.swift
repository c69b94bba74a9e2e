import Core
import Kafka
import Testing

@testable import Messaging

@Suite struct PositionsTests {
    private let first = TopicPartition("t", 0)
    private let second = TopicPartition("t", 1)

    private func record(_ partition: TopicPartition, _ offset: Int64) -> KafkaRecord {
        KafkaRecord(
            topic: partition.topic, partition: partition.partition, offset: offset, key: nil, value: nil, headers: [],
            timestamp: Instant(microseconds: 0))
    }

    @Test func eachPartitionMovesFromWhereItsInboxStandsPastItsLastRecord() {
        var positions = Positions()
        positions.open(first, at: 5)
        positions.open(second, at: 0)
        // Offsets have gaps after compaction.
        let batch = positions.batch([record(first, 5), record(second, 3), record(first, 9)])
        #expect(batch.records.count == 3)
        #expect(
            batch.claims == [
                .init(partition: first, before: 5, after: 10), .init(partition: second, before: 0, after: 4),
            ])
        positions.advance(batch)
        #expect(positions.next == [first: 10, second: 4])
    }

    @Test func whatWasTakenOrIsNotOursIsLeftOut() {
        var positions = Positions()
        positions.open(first, at: 5)
        let batch = positions.batch([record(first, 3), record(second, 1), record(first, 5), record(first, 5)])
        #expect(batch.records.map(\.offset) == [5])
        positions.close(first)
        positions.advance(batch)
        #expect(positions.next.isEmpty)
        #expect(positions.batch([record(first, 6)]).claims.isEmpty)
    }

    @Test func aTopicMadeAnewIsReadFromItsBeginningAndStillClaimedFromTheInbox() {
        var positions = Positions()
        positions.open(first, at: 500)
        positions.rewind(first)
        let batch = positions.batch([record(first, 0), record(first, 1)])
        #expect(batch.claims == [.init(partition: first, before: 500, after: 2)])
    }
}
