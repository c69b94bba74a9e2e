import Core
import GatewayDomain
import HTTP
import Postgres

extension GatewayAPI {
    var liveRoutes: [APIRoute] {
        [
            .get("/v1/executions/{id}/events", "Events of an execution as they happen (server-sent events)") {
                request in
                try request.checkQuery([])
                let row = try await find(request)
                let last = request.http.headers["last-event-id"].flatMap { Int64($0) } ?? 0
                let view = LiveView(
                    executionID: row.id, tenant: request.tenant, sequence: last, pool: pool, clock: clock)
                return .events(AsyncStream(unfolding: { await view.next() }))
            }
        ]
    }
}

/// One reader of an execution's events: looks into the read model, so any replica can serve it and resume it.
private actor LiveView {
    private let executionID: String
    private let tenant: String
    private let pool: PostgresPool
    private let clock: any WallClock
    private var sequence: Int64
    private var isFirst = true
    private var isOver = false

    init(executionID: String, tenant: String, sequence: Int64, pool: PostgresPool, clock: any WallClock) {
        (self.executionID, self.tenant, self.sequence) = (executionID, tenant, sequence)
        (self.pool, self.clock) = (pool, clock)
    }

    /// The next events, a heartbeat when there are none for a while, or nil after the last one.
    func next() async -> [UInt8]? {
        if isOver { return nil }
        if isFirst {
            isFirst = false
            return ServerSentEvent.heartbeat
        }
        let end = clock.now() + .seconds(15)
        var pause: Duration = .milliseconds(50)
        do {
            repeat {
                // The status before the events: what is read after a final status is all there is.
                let status = try await ExecutionStore.find(executionID, tenant: tenant, on: pool)?.projection.status
                let heads = try await ExecutionEventStore.after(sequence, of: executionID, on: pool)
                isOver = heads.count < 500 && status.map(ExecutionProjection.isEnd) ?? true
                if let last = heads.last {
                    sequence = last.sequence
                    return heads.flatMap(Self.bytes)
                }
                if isOver { return nil }
                try await clock.sleep(until: clock.now() + pause)
                pause = min(pause * 1.5, .milliseconds(500))
            } while clock.now() < end
            return ServerSentEvent.heartbeat
        } catch {
            // The client reconnects and goes on after the last id.
            return nil
        }
    }

    private static func bytes(_ head: ExecutionEventStore.Head) -> [UInt8] {
        var data: JSONObject = [
            "sequence": .integer(head.sequence), "time": .string(head.time.description), "kind": .string(head.kind),
            "status": .string(head.status),
        ]
        if !head.task.isEmpty { data["task"] = .string(head.task) }
        if !head.taskID.isEmpty { data["taskId"] = .string(head.taskID) }
        return ServerSentEvent(id: String(head.sequence), name: head.kind, data: JSON.object(data).text()).bytes
    }
}
