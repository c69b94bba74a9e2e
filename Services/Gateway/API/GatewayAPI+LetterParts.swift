import Core
import GatewayDomain
import HTTP
import Messaging
import Telemetry

/// What the routes of dead letters share.
extension GatewayAPI {
    func letter(_ request: APIRequest) async throws -> DeadLetterRow {
        let id = request.parameter("id")
        guard let row = try await DeadLetterDesk.find(id, tenant: request.tenant, on: pool) else {
            throw Refusal.notFound("dead letter \(id.prefix(80))")
        }
        return row
    }

    /// The letter, held, if `step` is possible from where it stands.
    func hold(
        _ request: APIRequest, for step: LetterState.Step, _ transaction: MessageTransaction
    ) async throws -> DeadLetterRow {
        let id = request.parameter("id")
        guard let row = try await DeadLetterDesk.hold(id, tenant: request.tenant, on: transaction.connection) else {
            throw Refusal.notFound("dead letter \(id.prefix(80))")
        }
        guard row.state.after(step) != nil else { throw Refusal(row.state.rejection(of: step)) }
        return row
    }

    /// The one member of bodies that ask for nothing but a step.
    func reason(_ request: APIRequest, required: Bool) throws -> String {
        var reader = RequestReader(try request.json(isOptional: !required))
        let reason = reader.text("reason", required: required, limit: 1000)
        let faults = reader.finish()
        guard faults.isEmpty else { throw Refusal(faults) }
        return reason
    }

    static func edit(in body: JSON) throws(Refusal) -> LetterEdit {
        switch LetterEdit.read(body) {
        case .success(let edit): return edit
        case .failure(let faults): throw Refusal(faults.list)
        }
    }

    /// The letter's present content with an edit on top. The body is written as the new headers say.
    func apply(_ edit: LetterEdit, to row: DeadLetterRow) throws(Refusal) -> LetterContent {
        var content = row.present
        for (name, value) in edit.headers { content.set(name, value) }
        guard let body = edit.body else { return content }
        do throws(RequestFaults) {
            content.value = try redriving.message(row, content).encoded(body)
        } catch {
            throw Refusal(error.list)
        }
        return content
    }

    /// What `content` changes about the message that died.
    func changes(_ row: DeadLetterRow, _ content: LetterContent) -> JSON {
        LetterDiff.changes(
            headers: (row.original.byName, content.byName),
            body: (redriving.message(row, row.original).body, redriving.message(row, content).body))
    }

    func head(_ row: DeadLetterRow) -> JSONObject {
        var object: JSONObject = [
            "id": .string(row.id), "state": .string(row.state.rawValue), "service": .string(row.service),
            "topic": .string(row.topic), "partition": .integer(Int64(row.partition)), "offset": .integer(row.offset),
            "code": .string(row.code), "cause": .string(row.cause), "attempts": .integer(Int64(row.attempts)),
            "diedAt": .string(row.diedAt.description), "redrives": .integer(Int64(row.redrives)),
            "edited": .bool(row.edited != nil),
        ]
        object["messageId"] = row.messageID.map(JSON.string)
        object["redriveId"] = row.redriveID.map(JSON.string)
        object["cameOf"] = row.cameOf.map(JSON.string)
        object["cameBackAs"] = row.cameBackAs.map(JSON.string)
        return object
    }

    /// The whole letter: as it died, as it would be published, and its history.
    func view(_ row: DeadLetterRow) async throws -> JSON {
        var object = head(row)
        let message = redriving.message(row, row.original)
        object["key"] = .string(String(decoding: row.key, as: UTF8.self))
        if String(validating: row.key, as: UTF8.self) == nil { object["keyBase64"] = .string(Base64.text(row.key)) }
        object["headers"] = row.original.storedHeaders
        object["value"] = .string(Base64.text(row.original.value))
        object["body"] = message.body.shown
        object["schema"] = message.schemaName.map(JSON.string)
        if let envelope = message.envelope { object["message"] = Self.origin(envelope) }
        if let edited = row.edited {
            object["edit"] = [
                "headers": edited.storedHeaders, "body": redriving.message(row, edited).body.shown,
                "changes": changes(row, edited),
            ]
        }
        object["history"] = .array(try await DeadLetterDesk.history(row.id, on: pool))
        return .object(object)
    }

    /// Where the message came from, as it says itself.
    private static func origin(_ envelope: Envelope) -> JSON {
        var object: JSONObject = [
            "id": .string(envelope.id), "type": .string(envelope.type), "source": .string(envelope.source),
            "time": .string(envelope.time.description),
        ]
        object["subject"] = envelope.subject.map(JSON.string)
        object["correlationId"] = envelope.correlationID.map(JSON.string)
        object["causationId"] = envelope.causationID.map(JSON.string)
        object["traceparent"] = envelope.traceparent.map(JSON.string)
        return .object(object)
    }
}
