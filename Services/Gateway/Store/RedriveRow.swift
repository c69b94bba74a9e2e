import Core
import GatewayDomain
import Postgres

/// A redrive of many letters.
struct RedriveRow: Sendable {
    var id: String
    var tenant: String
    var status = "running"
    var filter: JSON
    var rate: Double
    var stopAfter: Int
    var reason: String
    var actor: String
    /// The trace of the request that began it.
    var traceparent: String?
    var total: Int64 = 0
    var sent: Int64 = 0
    var taken: Int64 = 0
    var died: Int64 = 0
    var skipped: Int64 = 0
    /// Why it ended before its time: `{"code", "reason", …}`.
    var stop: JSON?
    var createdAt: Instant
    var updatedAt: Instant

    static let columns: SQL =
        """
        redrive_id, tenant, status, filter, rate, stop_after, reason, actor, traceparent, total, sent, taken, died,
        skipped, stop, created_at, updated_at
        """

    init(_ request: RedriveRequest, id: String, tenant: String, actor: String, traceparent: String?, now: Instant) {
        (self.id, self.tenant, filter, rate) = (id, tenant, request.filter.json, request.rate)
        (stopAfter, reason) = (request.stopAfter, request.reason)
        (self.actor, self.traceparent, createdAt, updatedAt) = (actor, traceparent, now, now)
    }

    init(_ row: PostgresRow) throws(PostgresError) {
        id = try row.string("redrive_id")
        tenant = try row.string("tenant")
        status = try row.string("status")
        filter = try row.json("filter")
        rate = try row.double("rate")
        stopAfter = Int(try row.int32("stop_after"))
        reason = try row.string("reason")
        actor = try row.string("actor")
        traceparent = try row.optionalString("traceparent")
        total = try row.int64("total")
        sent = try row.int64("sent")
        taken = try row.int64("taken")
        died = try row.int64("died")
        skipped = try row.int64("skipped")
        stop = try row.optionalJSON("stop")
        createdAt = try row.instant("created_at")
        updatedAt = try row.instant("updated_at")
    }

    /// Published, and nobody knows yet what became of them.
    var unsettled: Int64 { sent - taken - died }
    /// Not looked at yet.
    var waiting: Int64 { total - sent - skipped }
    var pace: RedrivePace { RedrivePace(rate: rate, stopAfter: stopAfter) }
}
