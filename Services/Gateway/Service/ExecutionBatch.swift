import Contracts
import Core
import GatewayDomain
import Messaging
import ObjectStore

/// The events of executions in one poll, applied together: each execution is read and written once.
struct ExecutionBatch {
    private struct Entry {
        let event: OrchestratorV1.ExecutionEvent
        let body: JSON
        let causes: [JSON]?
        let tenant: String
        let correlationID: String?
    }

    let objects: any ObjectStore
    private var entries: [Entry] = []
    private var standings: [Standing] = []
    private var refusals: [(id: String, rejection: Rejection, time: Instant)] = []

    init(objects: any ObjectStore) { self.objects = objects }

    mutating func take(_ events: [OrchestratorV1.ExecutionEvent], of message: Inbound) async throws {
        let envelope = message.envelope
        for event in events {
            entries.append(
                Entry(
                    event: event, body: try await body(event.body, of: message),
                    causes: event.causes == nil ? nil : try await body(event.causes, of: message).array,
                    tenant: envelope.tenant, correlationID: envelope.correlationID))
        }
    }

    mutating func stand(_ message: Inbound) async throws {
        let body = try message.decode(LivenessV1.ExecutionStanding.self)
        standings.append(
            Standing(
                body: body, causes: try await self.body(body.causes, of: message).array ?? [],
                tenant: message.envelope.tenant))
    }

    mutating func refuse(_ id: String, _ rejection: Rejection, at time: Instant) {
        refusals.append((id, rejection, time))
    }

    func save(_ transaction: MessageTransaction) async throws {
        let ids = Set(entries.map(\.event.executionID) + refusals.map(\.id) + standings.map(\.body.executionID))
            .sorted()
        guard !ids.isEmpty else { return }
        let known = try await ExecutionStore.lock(ids, on: transaction.connection)
        var rows = known
        var changed: Set<String> = []
        var heads: [ExecutionEventStore.Head] = []
        for entry in entries {
            let event = entry.event
            var row = rows[event.executionID] ?? Self.row(entry)
            guard Self.apply(entry, to: &row) else { continue }
            rows[event.executionID] = row
            changed.insert(event.executionID)
            heads.append(Self.head(event))
        }
        for refusal in refusals {
            guard var row = rows[refusal.id], row.projection.refuse(refusal.rejection, at: refusal.time) else {
                continue
            }
            row.updatedAt = refusal.time
            rows[refusal.id] = row
            changed.insert(refusal.id)
        }
        for standing in standings {
            guard let row = rows[standing.body.executionID],
                let next = try await standing.settle(row, objects, transaction)
            else { continue }
            rows[next.id] = next
            changed.insert(next.id)
        }
        try await Self.store(changed.sorted().compactMap { rows[$0] }, known, transaction)
        for ahead in [true, false] {
            try await ExecutionEventStore.add(
                heads.filter { (known[$0.executionID] != nil) == ahead }, ahead: ahead, at: transaction.now,
                on: transaction.connection)
        }
    }

    private static func store(
        _ rows: [ExecutionRow], _ known: [String: ExecutionRow], _ transaction: MessageTransaction
    ) async throws {
        let changes = rows.compactMap { row in
            known[row.id].map { ExecutionStore.Change(before: $0, after: row) }
        }
        try await ExecutionStore.update(changes, on: transaction.connection)
        try await ExecutionStore.insert(rows.filter { known[$0.id] == nil }, on: transaction.connection)
    }

    private static func apply(_ entry: Entry, to row: inout ExecutionRow) -> Bool {
        let event = entry.event
        let time = Instant(microseconds: event.timeUs)
        let isNew = row.projection.apply(
            sequence: Int(event.sequence), kind: event.kind, status: event.status, time: time, body: entry.body,
            causes: entry.causes)
        guard isNew else { return false }
        row.updatedAt = time
        if let version = event.definition?.version, !version.isEmpty { row.version = version }
        if row.input == nil { row.input = entry.body["input"] }
        return true
    }

    /// An execution that was not started through this API: by a schedule, an event or another gateway's database.
    private static func row(_ entry: Entry) -> ExecutionRow {
        let event = entry.event
        return ExecutionRow(
            id: event.executionID, tenant: entry.tenant, namespace: event.definition?.namespace ?? "",
            name: event.definition?.name ?? "", version: event.definition?.version ?? "", input: nil, actor: "",
            correlationID: entry.correlationID, createdAt: Instant(microseconds: event.timeUs))
    }

    private static func head(_ event: OrchestratorV1.ExecutionEvent) -> ExecutionEventStore.Head {
        ExecutionEventStore.Head(
            executionID: event.executionID, sequence: event.sequence, time: Instant(microseconds: event.timeUs),
            kind: event.kind, task: event.task, taskID: event.taskID, status: event.status)
    }

    private func body(_ payload: CoreV1.Payload?, of message: Inbound) async throws -> JSON {
        guard let payload else { return .null }
        guard let blob = payload.blob else {
            guard let body = try? payload.json() else {
                throw Poison(message, .unreadableMessage, "the event's body is not JSON")
            }
            return body
        }
        do throws(ObjectStoreError) {
            let bytes = try await objects.get(blob.digest)
            return (try? JSON(parsing: bytes)) ?? .null
        } catch {
            if error.isTransient { throw BlobUnavailable(cause: error) }
            throw Poison(message, .unreadableMessage, "the event's body is not in the object store")
        }
    }
}

/// The object store is out of reach: the batch is tried again.
private struct BlobUnavailable: RetriableError {
    let cause: ObjectStoreError
    var isRetriable: Bool { true }
}
