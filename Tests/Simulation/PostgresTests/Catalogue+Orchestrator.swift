import Contracts
import Core
import Engine
import Messaging
import OrchestratorDomain
import Postgres
import Workflow

@testable import Orchestrator

extension Catalogue {
    /// Every statement of the orchestrator.
    static func orchestrator(_ pool: PostgresPool) async throws {
        try await pool.transaction { connection in
            try await definitions(connection)
            try await executions(connection)
            try await audits(connection)
            try await events(connection)
            try await schedules(connection)
            try await starts(connection)
        }
    }

    private static let reference = DefinitionReference(namespace: "a", name: "b", version: "1.0.0")
    private static let key = DefinitionStore.Key(tenant: "a", reference: reference)

    private static func starts(_ connection: PostgresConnection) async throws {
        let starts = try ["s1", "s2", "s3"].enumerated().map { position, id in
            let attributes = [
                ("ce_specversion", "1.0"), ("ce_id", id), ("ce_source", "s"), ("ce_type", "t"),
                ("ce_time", moment(0).description),
            ]
            let message = try Inbound(
                topic: .orchestratorCommands, partition: 1, offset: Int64(position), key: Array(id.utf8), value: [1],
                headers: attributes.map { ($0, Array($1.utf8)) }, receivedAt: moment(0),
                tenant: position == 0 ? "a" : "b")
            let content = Incoming.Content.start(CoreV1.DefinitionReference(), input: .null, parent: nil)
            return Incoming(envelope: message.envelope, content: content, executionID: id, message: message)
        }
        let store = WaitingStartStore(connection: connection)
        try await store.insert(starts)
        try await store.insert(starts)
        _ = try await store.tenants()
        _ = try await store.counts()
        _ = try await store.take(["a": 5, "b": 1, "c": 1])
        _ = try await store.take(["s3", "s9"])
    }

    private static func definitions(_ connection: PostgresConnection) async throws {
        let store = DefinitionStore(connection: connection)
        _ = try await store.insert(key, digest: "d", document: [1], actor: "a", now: moment(0))
        _ = try await store.digest(key)
        _ = try await store.versions(store.askVersions(of: key))
        _ = try await store.documents([key])
        let migrations = MigrationStore(connection: connection)
        var job = MigrationJob(applies: true)
        job.cursor = "a"
        let row = MigrationStore.Row(
            id: "a", tenant: "a", from: reference, toVersion: "2.0.0", mapping: ["bb": "a", "c": "d"], batch: 10,
            traceparent: nil, createdAt: moment(0), job: job)
        _ = try await migrations.insert(row)
        _ = try await migrations.claim()
        try await migrations.update(row)
    }

    private static func executions(_ connection: PostgresConnection) async throws {
        let rows = ["a", "b"].map { id in
            ExecutionRow(
                state: ExecutionState(
                    ExecutionEvent(
                        executionID: id, time: moment(0),
                        outcome: .executionStarted(
                            definition: reference, tenant: "a", input: ["x": 1], transformed: nil)))!,
                traceparent: nil)
        }
        let store = ExecutionStore(connection: connection)
        _ = try await store.insert(rows)
        _ = try await store.lock(["a", "b"])
        _ = try await store.lock(["b"], skippingLocked: true)
        _ = try await store.page(of: key, after: "", limit: 1000, withStates: true)
        _ = try await store.page(of: key, after: "a", limit: 1000, withStates: false)
        try await store.update(rows)
        let timers = TimerStore(connection: connection)
        try await timers.insert([
            .init(id: "a", executionID: "a", due: moment(1)), .init(id: "b", executionID: "b", due: moment(2)),
        ])
        _ = try await timers.look(at: moment(1), limit: 1000)
        _ = try await timers.look(at: moment(5), limit: 1000)
        try await timers.delete(["a"])
        let tasks = TaskStore(connection: connection)
        try await tasks.upsert(
            ["a", "b"].map { id in
                .init(
                    id: id, executionID: id, task: "/do/0", attempt: 1, function: "http", deadline: moment(9),
                    requestedAt: moment(0))
            })
        try await tasks.delete(["a"])
        let tombstones = TombstoneStore(connection: connection)
        try await tombstones.insert([
            .init(
                tombstone: Tombstone(executionID: "a", tenant: "a", ending: .completed), sequence: 3,
                endedAt: moment(2))
        ])
        _ = try await tombstones.find(["a", "b"])
    }

    private static func audits(_ connection: PostgresConnection) async throws {
        let store = AuditStore(connection: connection)
        _ = try await store.heads(after: "", limit: 1000)
        _ = try await store.lifelines(of: ["a", "b"])
        _ = try await store.requested(by: ["a", "b"], before: moment(5))
        _ = try await store.tasks(["a", "b"])
        _ = try await store.countRepetitions(of: ["b"])
        try await store.forgetRepetitions(of: "b")
        _ = try await store.absent(["a", "b", "c"])
        _ = try await store.standings(["a", "b"])
        _ = try await ExecutionStore(connection: connection).read(["a", "b"])
        let incidents = IncidentStore(connection: connection)
        let row = IncidentStore.Row(tenant: "a", executionID: "a", cause: .timer, raisedAt: moment(3))
        _ = try await incidents.insert([row])
        _ = try await incidents.oldest(1000)
        _ = try await incidents.lock(row.id, tenant: "a")
        _ = try await incidents.count()
        _ = try await incidents.delete([row.id])
    }

    private static func events(_ connection: PostgresConnection) async throws {
        let delivered = DeliveredEventStore(connection: connection)
        _ = try await delivered.claim(
            [.init(tenant: "a", digest: "b"), .init(tenant: "b", digest: "b")], now: moment(0))
        _ = try await delivered.forget(before: moment(1), limit: 1000)
        let deliveries = DeliveryStore(connection: connection)
        try await deliveries.insert(["a", "b", "c"].map(delivery), due: moment(2))
        try await deliveries.insert([delivery("a")], due: moment(3))
        _ = try await deliveries.missed(at: moment(2), limit: 1000)
        for _ in 0..<3 { deliveries.repeated([("b", moment(4)), ("c", moment(5))]) }
        deliveries.delete(["a", "c"])
        _ = try await deliveries.unreached(["a", "b"])
        let gatherings = GatheringStore(connection: connection)
        _ = try await gatherings.lock("a", keys: ["a", "b"], now: moment(0))
        try await gatherings.put("a", key: "a", state: [1, 2], now: moment(1))
        try await gatherings.delete("a", key: "b")
        _ = try await gatherings.lock("b", keys: ["c"], now: moment(0))
        _ = try await gatherings.forget(before: moment(1), limit: 1000)
        try await gatherings.delete("a")
        let subscriptions = SubscriptionStore(connection: connection)
        let kind = SubscriptionStore.Kind(tenant: "a", type: "b")
        try await subscriptions.upsert(
            ["a", "b", "c"].map { id in
                .init(
                    id: id, filter: "a", executionID: "a", tenant: "a", type: "b", definition: id,
                    key: id == "a" ? nil : "a")
            })
        let uses = try await subscriptions.uses([kind, .init(tenant: "b", type: "")])
        _ = try await subscriptions.targets(uses.enumerated().map { .init(event: $0, use: $1, key: "a") })
        try await subscriptions.delete(["a"])
        try await subscriptions.delete(executions: ["b"])
        try await ExecutionStore(connection: connection).delete(["a", "b"])
    }

    private static func delivery(_ id: String) -> Outbound {
        let envelope = Envelope(
            id: id, type: "t", source: "s", time: moment(0), tenant: "a", causationID: id == "a" ? nil : "c")
        return Outbound(
            topic: .orchestratorCommands, key: id, envelope: envelope, contentType: Envelope.protobuf, body: [1, 2])
    }

    private static func schedules(_ connection: PostgresConnection) async throws {
        let store = ScheduleStore(connection: connection)
        try await store.put(key, due: moment(1), delay: nil)
        try await store.put(key, due: moment(2), delay: .seconds(3))
        _ = try await store.due(at: moment(4), limit: 1000)
        _ = try await store.next()
        try await store.advance(key, due: moment(4), running: "a")
        try await store.ended(["a", "b"], now: moment(7))
        try await store.delete(key)
    }
}
