import Core
import Messaging
import OrchestratorDomain
import Postgres

/// The table of what events bring about and what has not come yet.
struct DeliveryStore {
    let connection: PostgresConnection

    /// Notes messages that are on their way; they are missed from `due` on.
    func insert(_ messages: [Outbound], due: Instant) async throws {
        guard !messages.isEmpty else { return }
        let messages = messages.map(\.storable)
        let envelopes = messages.map(\.envelope)
        connection.perform(
            """
            INSERT INTO deliveries (message_id, execution_id, tenant, type, causation_id, traceparent, body, due_at)
            SELECT id, execution, tenant, type, cause, trace, body, \(due) FROM unnest(
                \(envelopes.map(\.id)), \(messages.map(\.key)), \(envelopes.map(\.tenant)), \(envelopes.map(\.type)),
                \(envelopes.map(\.causationID)), \(envelopes.map(\.traceparent)), \(messages.map(\.body))
            ) AS m (id, execution, tenant, type, cause, trace, body)
            ON CONFLICT (message_id) DO NOTHING
            """)
    }

    /// Forgets messages that have come, or that nobody needs any more.
    func delete(_ messageIDs: [String]) {
        guard !messageIDs.isEmpty else { return }
        connection.perform("DELETE FROM deliveries WHERE message_id = ANY(\(messageIDs))")
    }

    /// The first `limit` messages that are missed at `now`, locked; those that just come are left out.
    func missed(at now: Instant, limit: Int) async throws -> [Delivery] {
        try await connection.query(
            """
            SELECT message_id, execution_id, tenant, type, causation_id, traceparent, body, repetitions
            FROM deliveries WHERE due_at <= \(now) ORDER BY due_at, message_id LIMIT \(limit) FOR UPDATE SKIP LOCKED
            """
        ).map { row in
            let execution = try row.string("execution_id")
            let envelope = Envelope(
                id: try row.string("message_id"), type: try row.string("type"), source: Announcer.source, time: now,
                tenant: try row.string("tenant"), correlationID: execution,
                causationID: try row.optionalString("causation_id"),
                traceparent: try row.optionalString("traceparent"))
            let message = Outbound(
                topic: .orchestratorCommands, key: execution, envelope: envelope, contentType: Envelope.protobuf,
                body: try row.bytes("body"))
            return Delivery(message: message, repetitions: try row.int("repetitions"))
        }
    }

    /// Notes that messages were told again, and from when on each is missed once more.
    func repeated(_ messages: [(id: String, due: Instant)]) {
        guard !messages.isEmpty else { return }
        connection.perform(
            """
            UPDATE deliveries SET repetitions = repetitions + 1, due_at = again.due
            FROM unnest(\(messages.map(\.id)), \(messages.map(\.due))) AS again (id, due)
            WHERE message_id = again.id
            """)
    }

    /// Those of `executionIDs` for which a message was told again as often as is tried before a person is told.
    func unreached(_ executionIDs: [String]) async throws -> Set<String> {
        guard !executionIDs.isEmpty else { return [] }
        // The first of the two conditions on repetitions is the index's own.
        return Set(
            try await connection.query(
                """
                SELECT DISTINCT execution_id FROM deliveries
                WHERE execution_id = ANY(\(executionIDs)) AND repetitions > 0
                    AND repetitions >= \(MissingCause.mostRepetitions)
                """
            ).map { try $0.string("execution_id") })
    }
}
