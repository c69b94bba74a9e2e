import Core
import Postgres

/// An incident in the read model.
struct IncidentRow: Sendable {
    var id: String
    var executionID: String
    var taskID: String
    var task: String
    var attempt: Int
    var function: String
    var target: String
    var effectClass: String
    var code: String
    var detail: String
    /// What is missing; empty when an effect is in question.
    var cause: String
    var status: String
    var decision: String?
    var actor: String?
    var comment: String?
    var dispatchedAt: Instant
    var raisedAt: Instant
    var decidedAt: Instant?

    init(_ row: PostgresRow) throws(PostgresError) {
        id = try row.string("incident_id")
        executionID = try row.string("execution_id")
        taskID = try row.string("task_id")
        task = try row.string("task")
        attempt = Int(try row.int32("attempt"))
        function = try row.string("function")
        target = try row.string("target")
        effectClass = try row.string("effect_class")
        code = try row.string("code")
        detail = try row.string("detail")
        cause = try row.string("cause")
        status = try row.string("status")
        decision = try row.optionalString("decision")
        actor = try row.optionalString("actor")
        comment = try row.optionalString("comment")
        dispatchedAt = try row.instant("dispatched_at")
        raisedAt = try row.instant("raised_at")
        decidedAt = try row.optionalInstant("decided_at")
    }

    /// Whether its task waits for it. One about an answer that came too late (AW0014) is there to be known.
    var isAwaited: Bool { code != "AW0014" }

    /// As the API shows it.
    var json: JSON {
        var object: JSONObject = [
            "id": .string(id), "executionId": .string(executionID), "taskId": .string(taskID), "task": .string(task),
            "attempt": .integer(Int64(attempt)), "function": .string(function), "target": .string(target),
            "effectClass": .string(effectClass), "code": .string(code), "detail": .string(detail),
            "status": .string(status), "dispatchedAt": .string(dispatchedAt.description),
            "raisedAt": .string(raisedAt.description),
        ]
        if !cause.isEmpty { object["cause"] = .string(cause) }
        if let decision { object["decision"] = .string(decision) }
        if let actor, !actor.isEmpty { object["actor"] = .string(actor) }
        if let comment, !comment.isEmpty { object["comment"] = .string(comment) }
        if let decidedAt { object["decidedAt"] = .string(decidedAt.description) }
        return .object(object)
    }
}
