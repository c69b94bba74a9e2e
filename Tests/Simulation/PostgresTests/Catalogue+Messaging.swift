import Core
import Kafka
import Postgres

@testable import Messaging

extension Catalogue {
    /// Every statement of the message path.
    static func messaging(_ pool: PostgresPool) async throws {
        let letter = DeadLetter(
            KafkaRecord(topic: "a", partition: 1, offset: 2, key: nil, value: nil), code: "MS0001", cause: "b",
            attempts: 1)
        let messages = ["a", "b"].map { id in
            Outbound(
                topic: .deadLetters, key: id,
                envelope: Envelope(id: id, type: "t", source: "s", time: moment(0), tenant: "a"), contentType: "x",
                body: [1, 2])
        }
        let partitions = [TopicPartition("a", 0), TopicPartition("b", 1)]
        let claims = partitions.map { InboxTable.Claim(partition: $0, before: 0, after: 2) }
        try await pool.transaction { connection in
            try await DeadLetterTable.insert([letter], service: "s", now: moment(1), on: connection)
            _ = try await InboxTable.open(partitions, on: connection)
            _ = try await InboxTable.moved(InboxTable.advance(claims, on: connection), on: connection)
            let packed = OutboxRow.rows(messages)
            let rows = packed.enumerated().map { OutboxRow(id: Int64($0 + 10), messages: $1.messages) }
            let bytes = packed.enumerated().map { (Int64($0 + 10), $1.bytes) }
            OutboxTable.insert(bytes, owner: 1, removing: [3], on: connection)
            try await OutboxTable.park(messages, leaving: rows, on: connection)
            try await OutboxTable.remove([1, 2], on: connection)
            _ = try await OutboxTable.existing([1, 2], on: connection)
            _ = try await OutboxTable.otherOwners(than: 1, on: connection)
            _ = try await OutboxTable.isGone(2, on: connection)
            _ = try await OutboxTable.haveAdopted([2], on: connection)
            _ = try await OutboxTable.lock(of: 1, on: connection)
            OutboxTable.adopt([(10, 7), (11, 8)], to: 2, on: connection)
            _ = try await OutboxTable.unknown(to: 2, besides: [1], on: connection)
            _ = try await OutboxTable.haveEnded(["1000"], on: connection)
        }
    }
}
