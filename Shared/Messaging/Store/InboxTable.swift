import Kafka
import Postgres

/// The table `inbox`: how far each partition has taken effect.
enum InboxTable {
    /// A step forward of one partition.
    struct Claim: Sendable, Hashable {
        var partition: TopicPartition
        var before: Int64
        var after: Int64
    }

    /// The next offset of each partition; one that is new begins at 0.
    static func open(
        _ partitions: [TopicPartition], on connection: PostgresConnection
    ) async throws -> [TopicPartition: Int64] {
        let rows = try await connection.query(
            """
            WITH asked AS (
                SELECT * FROM unnest(\(partitions.map(\.topic)), \(partitions.map(\.partition))) AS a(topic, partition)
            ), created AS (
                INSERT INTO inbox (topic, partition, next_offset) SELECT topic, partition, 0 FROM asked
                ON CONFLICT DO NOTHING RETURNING topic, partition, next_offset
            )
            SELECT topic, partition, next_offset FROM created
            UNION ALL SELECT topic, partition, next_offset FROM inbox JOIN asked USING (topic, partition)
            """)
        var offsets: [TopicPartition: Int64] = [:]
        for row in rows {
            offsets[TopicPartition(try row.string("topic"), try row.int32("partition"))] =
                try row.int64("next_offset")
        }
        return offsets
    }

    /// Moves partitions forward, each only if it stands where `before` says, with the transaction's next statement:
    /// `moved` tells which. The answer has the transaction's number too.
    static func advance(_ claims: [Claim], on connection: PostgresConnection) -> PostgresAnswer {
        // Locked in one order by everybody, so that two owners of a partition wait for each other but never deadlock.
        connection.ask(
            """
            WITH claimed AS (
                SELECT i.topic, i.partition, c.after FROM inbox AS i JOIN unnest(
                    \(claims.map(\.partition.topic)), \(claims.map(\.partition.partition)), \(claims.map(\.before)),
                    \(claims.map(\.after))
                ) AS c(topic, partition, before, after)
                ON (i.topic, i.partition, i.next_offset) = (c.topic, c.partition, c.before)
                ORDER BY i.topic, i.partition FOR UPDATE OF i
            )
            UPDATE inbox AS i SET next_offset = c.after FROM claimed AS c
            WHERE (i.topic, i.partition) = (c.topic, c.partition)
            RETURNING i.topic, i.partition, pg_current_xact_id()::text AS transaction
            """)
    }

    /// Those that `advance` moved; the others belong to another process now, or this one does not know where it stands.
    static func moved(
        _ answer: PostgresAnswer, on connection: PostgresConnection
    ) async throws -> Set<TopicPartition> {
        Set(
            try await connection.rows(of: answer).map {
                TopicPartition(try $0.string("topic"), try $0.int32("partition"))
            })
    }
}
