import Contracts
import Core
import Messaging
import Postgres

/// The message of a start that waited, as it came.
struct WaitingStart: Sendable {
    let tenant: String
    /// The later it came the higher.
    let place: Int
    let message: Inbound

    /// Reads a row of `waiting_starts`.
    init(_ row: PostgresRow) throws {
        (tenant, place) = (try row.string("tenant"), try row.int("place"))
        let attributes: [(String, String?)] = [
            ("ce_specversion", "1.0"), ("ce_id", try row.string("message_id")),
            ("ce_type", OrchestratorV1.StartExecution.protoName), ("ce_source", try row.string("source")),
            ("ce_time", try row.instant("sent_at").description), ("ce_tenant", tenant),
            ("ce_correlationid", try row.optionalString("correlation_id")),
            ("ce_causationid", try row.optionalString("causation_id")),
            ("traceparent", try row.optionalString("traceparent")), ("content-type", "application/protobuf"),
        ]
        message = try Inbound(
            topic: .orchestratorCommands, partition: Int32(try row.int("partition")),
            offset: Int64(try row.int("record_offset")), key: Array(try row.string("execution_id").utf8),
            value: try row.bytes("body"),
            headers: attributes.compactMap { name, value in value.map { (name, Array($0.utf8)) } },
            receivedAt: try row.instant("received_at"), tenant: tenant)
    }
}
