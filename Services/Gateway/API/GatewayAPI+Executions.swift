import Contracts
import Core
import GatewayDomain
import HTTP
import Messaging
import ObjectStore

extension GatewayAPI {
    var executionRoutes: [APIRoute] {
        [
            .post("/v1/workflows/{namespace}/{name}/execute", "Start an execution", success: [202]) { request in
                try await execute(request)
            },
            .get(
                "/v1/executions", "List executions, newest first", query: ["cursor", "limit", "status", "workflow"]
            ) { request in try await listExecutions(request) },
            .get("/v1/executions/{id}", "One execution") { request in
                try request.checkQuery([])
                let id = request.parameter("id")
                guard let found = try await reads.find(id, tenant: request.tenant) else { throw Self.unknown(id) }
                let row = found.row
                var object = Self.head(row)
                object["input"] = row.input ?? .null
                object["output"] = row.projection.status == "completed" ? row.projection.output ?? .null : .null
                object["usage"] = [
                    "inputTokens": .integer(found.inputTokens), "outputTokens": .integer(found.outputTokens),
                    "modelCalls": .integer(found.modelCalls), "costMicros": .integer(found.costMicros),
                ]
                return .json(.object(object))
            },
            .get(
                "/v1/executions/{id}/history", "The log of an execution, from the state service",
                query: ["cursor", "limit"]
            ) { request in try await history(request) },
            .get("/v1/outputs/{digest}", "A large output that a lifecycle event tells of by outputUri") { request in
                try request.checkQuery([])
                let digest = request.parameter("digest")
                let isDigest =
                    digest.utf8.count == 64 && digest.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
                guard isDigest, let output = try await output(digest), output.tenant == request.tenant else {
                    throw Refusal.notFound("output \(digest.prefix(80))")
                }
                return .json(output.value)
            },
            .get("/v1/executions/{id}/verify", "Check the log of an execution against its state") { request in
                try request.checkQuery([])
                let row = try await find(request)
                let answer = try await ask(request, kind: "verify") { announcer, id in
                    announcer.verify(row.id, requestID: id)
                }
                var object = answer.object ?? [:]
                object["id"] = .string(row.id)
                object["state"] = await shown(answer["state"])
                return .json(.object(object))
            },
        ]
    }

    private func output(_ digest: String) async throws -> ServedOutput? {
        do throws(ObjectStoreError) {
            return ServedOutput(bytes: try await objects.get(digest))
        } catch {
            if error.kind == .notFound || error.kind == .badDigest { return nil }
            throw error
        }
    }

    private func execute(_ request: APIRequest) async throws -> HTTPResponse {
        try request.checkQuery([])
        var reader = RequestReader(try request.json())
        let input = JSON.object(reader.members("input"))
        let version = reader.text("version", limit: 100)
        let correlationID = reader.text("correlationId", limit: 200)
        let faults = reader.finish()
        guard faults.isEmpty else { throw Refusal(faults) }
        let (namespace, name) = (request.parameter("namespace"), request.parameter("name"))
        let payload = try await payload(input)
        var origin = request.origin
        if !correlationID.isEmpty { origin.correlationID = correlationID }
        let row = ExecutionRow(
            id: identifiers.next(), tenant: request.tenant, namespace: namespace, name: name, version: version,
            input: input, actor: origin.actor, correlationID: origin.correlationID, createdAt: clock.now())
        let start = ExecutionStarts.Request(
            row: row, input: payload, origin: origin, key: try idempotencyKey(request), digest: request.digest)
        switch try await starts.start(start) {
        case .started(let answer): return answer.response
        case .replayed(let stored): return Self.replay(stored)
        case .refused(let refusal): throw refusal
        }
    }

    /// The answer to who starts an execution.
    static func accepted(_ row: ExecutionRow) -> APIAnswer {
        APIAnswer(status: 202, body: .object(head(row)), location: "/v1/executions/\(row.id)")
    }

    private func listExecutions(_ request: APIRequest) async throws -> HTTPResponse {
        try request.checkQuery(["cursor", "limit", "status", "workflow"])
        let (cursor, limit) = try request.page()
        var filter = ExecutionStore.Filter()
        filter.status = try request.choice("status", of: ExecutionProjection.statuses)
        if let workflow = request.http.query("workflow") {
            let parts = workflow.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ ResourceName.isLabel(String($0)) }) else {
                throw Refusal.query("workflow is malformed.", "<namespace>/<name>")
            }
            (filter.namespace, filter.name) = (String(parts[0]), String(parts[1]))
        }
        let rows = try await ExecutionStore.page(
            filter, tenant: request.tenant, after: cursor, limit: limit, on: pool)
        return page(rows, limit: limit, show: { .object(Self.head($0)) }) {
            PageCursor(time: $0.createdAt, id: $0.id)
        }
    }

    private func history(_ request: APIRequest) async throws -> HTTPResponse {
        try request.checkQuery(["cursor", "limit"])
        let limit = try request.number("limit", in: 1...1000, default: 200)
        let after = try request.number("cursor", in: 0...Int.max, default: 0)
        let row = try await find(request)
        let answer = try await ask(request, kind: "history") { announcer, id in
            announcer.readHistory(row.id, requestID: id, after: Int64(after), limit: limit)
        }
        if let rejection = answer["rejection"].flatMap(StoredRejection.rejection) { throw Refusal(rejection) }
        let page = await shown(answer["page"])
        var object: JSONObject = ["items": page["events"] ?? []]
        for (key, value) in page.object ?? [:] where key != "events" { object[key] = value }
        let next = answer["next"]?.int ?? 0
        object["next"] = next > 0 ? .string(String(next)) : .null
        return .json(.object(object))
    }

    /// The execution of the path, if it is the tenant's.
    func find(_ request: APIRequest, on source: (any Querying)? = nil) async throws -> ExecutionRow {
        let id = request.parameter("id")
        guard let row = try await ExecutionStore.find(id, tenant: request.tenant, on: source ?? pool) else {
            throw Self.unknown(id)
        }
        return row
    }

    private static func unknown(_ id: String) -> Refusal { .notFound("execution \(id.prefix(80))") }

    /// Asks another service and waits for its answer, which any replica of ours may take.
    private func ask(
        _ request: APIRequest, kind: String, _ publish: @escaping (Announcer, String) -> Void
    ) async throws -> JSON {
        let id = "gateway/\(identifiers.next())"
        try await outbox.transaction { transaction in
            try await ReplyStore.ask(
                id, tenant: request.tenant, kind: kind, now: transaction.now, on: transaction.connection)
            publish(Announcer(transaction: transaction, origin: request.origin), id)
        }
        request.place?.leave()
        let answer = try await Waiting.value(within: configuration.answerLimit, by: clock) {
            try await ReplyStore.answer(to: id, on: pool)
        }
        guard let answer else {
            throw Refusal(
                504, .noAnswer, "The state service did not answer in time",
                "The answer did not come within \(configuration.answerLimit.iso8601).",
                "Ask again; if it stays so, see whether the state service runs and keeps up.")
        }
        return answer
    }

    static func head(_ row: ExecutionRow) -> JSONObject {
        var workflow: JSONObject = ["namespace": .string(row.namespace), "name": .string(row.name)]
        if !row.version.isEmpty { workflow["version"] = .string(row.version) }
        var object: JSONObject = [
            "id": .string(row.id), "status": .string(row.projection.status), "workflow": .object(workflow),
            "sequence": .integer(Int64(row.projection.sequence)), "actor": .string(row.actor),
            "createdAt": .string(row.createdAt.description), "updatedAt": .string(row.updatedAt.description),
        ]
        if let id = row.correlationID { object["correlationId"] = .string(id) }
        if let time = row.projection.startedAt { object["startedAt"] = .string(time.description) }
        if let time = row.projection.endedAt { object["endedAt"] = .string(time.description) }
        if let fault = row.projection.fault { object["fault"] = fault }
        return object
    }
}
