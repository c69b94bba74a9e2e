import Core
import Kafka
import Postgres

/// The table `dead_letters`: what this service could not take.
enum DeadLetterTable {
    /// Stores dead letters; one that is there already stays as it is.
    static func insert(
        _ letters: [DeadLetter], service: String, now: Instant, on connection: PostgresConnection
    ) async throws {
        guard !letters.isEmpty else { return }
        let records = letters.map(\.record)
        connection.perform(
            """
            INSERT INTO dead_letters (id, topic, partition, record_offset, code, cause, attempts, died_at)
            SELECT id, topic, partition, record_offset, code, cause, attempts, \(now) FROM unnest(
                \(letters.map { $0.id(service: service) }), \(records.map(\.topic)), \(records.map(\.partition)),
                \(records.map(\.offset)), \(letters.map(\.code.rawValue)), \(letters.map(\.cause)),
                \(letters.map { Int32(clamping: $0.attempts) })
            ) AS d(id, topic, partition, record_offset, code, cause, attempts)
            ON CONFLICT DO NOTHING
            """)
    }
}
