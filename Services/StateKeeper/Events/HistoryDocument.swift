import Contracts
import Core
import StateKeeperDomain

/// A page of a history as the API shows it.
enum HistoryDocument {
    /// `{"executionId", "status", "lastSequence", "missing", "events": […], "activities": […]}`
    static func json(
        _ log: LogTable.Row, events: [EventTable.Event], early: [Int64], activities: [ActivityTable.Row]
    ) -> JSON {
        [
            "executionId": .string(log.key.execution), "status": .string(log.status),
            "lastSequence": .integer(log.log.lastSequence),
            "missing": missing(after: log.log.lastSequence, early: early),
            "events": .array(events.map(event)), "activities": .array(activities.map(activity)),
        ]
    }

    private static func event(_ row: EventTable.Event) -> JSON {
        let decoded = ReceivedEvent(key: row.key, message: row.event.message)?.event ?? OrchestratorV1.ExecutionEvent()
        var object: JSONObject = [
            "sequence": .integer(row.event.sequence), "time": .string(row.happenedAt.description),
            "kind": .string(decoded.kind), "status": .string(decoded.status),
        ]
        if !decoded.task.isEmpty { object["task"] = .string(decoded.task) }
        if !decoded.taskID.isEmpty { object["taskId"] = .string(decoded.taskID) }
        if let blob = decoded.body?.blob {
            object["body"] = ["blob": .string(blob.digest), "size": .integer(blob.sizeBytes)]
        } else {
            object["body"] = (try? decoded.body?.json()) ?? .null
        }
        object["hash"] = .string(hexadecimal(row.event.hash))
        return .object(object)
    }

    private static func activity(_ row: ActivityTable.Row) -> JSON {
        [
            "id": .string(row.messageID), "type": .string(row.type), "source": .string(row.source),
            "time": .string(row.happenedAt.description), "body": row.body,
        ]
    }

    /// The sequences that must come before those that are kept aside.
    private static func missing(after last: Int64, early: [Int64]) -> JSON {
        guard let end = early.last else { return [] }
        let there = Set(early)
        return .array((last + 1..<end).filter { !there.contains($0) }.prefix(100).map { .integer($0) })
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".unicodeScalars)
        var text = String.UnicodeScalarView()
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(text)
    }
}
