import AgentWorkerDomain
import Core
import Postgres

/// A task as the table has it.
struct StoredTask: Sendable {
    var id: String
    var executionID: String
    var tenant: String
    var task: String
    var function: String
    /// The bytes of its payload message.
    var arguments: [UInt8]
    /// The bytes of the payload message of what is evaluated here; empty for nothing.
    var deferred: [UInt8] = []
    var deadline: Instant?
    /// When the request came.
    var requestedAt: Instant?
    var state: TaskState
    /// Leases of this attempt so far, the present one included.
    var leases = 0
    var messageID: String
    var correlationID: String?
    var traceparent: String?
    /// When it was finished or cancelled.
    var endedAt: Instant?

    var attempt: Int { state.attempt }
    /// Whether it may turn out to read only.
    var mayRead: Bool { WorkFunction.mayRead(function) }
    /// Who holds the lease; empty when nobody does.
    var owner: String { if case .leased(let owner, _) = state.stage { owner } else { "" } }
    /// The lease that it is held under.
    var lease: TaskTable.Lease { .init(taskID: id, attempt: attempt, owner: owner) }
}

extension StoredTask {
    init(_ row: PostgresRow) throws {
        id = try row.string("task_id")
        executionID = try row.string("execution_id")
        tenant = try row.string("tenant")
        task = try row.string("task")
        function = try row.string("function")
        arguments = try row.bytes("arguments")
        deferred = try row.bytes("deferred")
        deadline = try row.optionalInstant("deadline_at")
        requestedAt = try row.instant("received_at")
        leases = try row.int("leases")
        messageID = try row.string("message_id")
        correlationID = try row.optionalString("correlation_id")
        traceparent = try row.optionalString("traceparent")
        endedAt = try row.optionalInstant("finished_at")
        let due = try row.instant("due_at")
        let stage: TaskState.Stage =
            switch try row.string("status") {
            case "leased": .leased(owner: try row.string("lease_owner"), until: due)
            case "suspended": .suspended(until: due)
            case "held": .held
            case "finished": .finished
            case "cancelled": .cancelled
            default: .waiting(until: due)
            }
        state = TaskState(attempt: try row.int("attempt"), stage: stage)
    }
}
