import Contracts
import Core
import GatewayDomain
import HTTP
import Messaging
import ObjectStore
import Workflow

extension GatewayAPI {
    static let documentTypes = ["application/yaml", "application/x-yaml", "text/yaml", "application/json"]

    var workflowRoutes: [APIRoute] {
        [
            .post(
                "/v1/workflows", "Register a version of a workflow", body: Self.documentTypes, success: [201, 202]
            ) { request in try await registerWorkflow(request) },
            .get("/v1/workflows", "List versions of workflows", query: ["cursor", "limit"]) { request in
                try request.checkQuery(["cursor", "limit"])
                let (cursor, limit) = try request.page()
                let rows = try await WorkflowStore.page(
                    tenant: request.tenant, after: cursor, limit: limit, on: pool)
                return page(rows, limit: limit, show: { Self.head($0) }) { PageCursor(time: $0.createdAt, id: $0.id) }
            },
            .get(
                "/v1/workflows/{namespace}/{name}", "One workflow with the document of a version", query: ["version"]
            ) { request in
                try request.checkQuery(["version"])
                return .json(try await workflow(request))
            },
        ]
    }

    private func registerWorkflow(_ request: APIRequest) async throws -> HTTPResponse {
        try request.checkQuery([])
        try request.takes(Self.documentTypes)
        let definition = try Self.lint(request.http.body)
        let payload = try await payload(definition.document)
        let version = DocumentVersion(
            namespace: definition.namespace, name: definition.name, version: definition.version,
            digest: ContentDigest.hex(of: definition.document.bytes(.canonical)), document: definition.document,
            commandID: "gateway/\(identifiers.next())", createdAt: clock.now())
        return try await once(request) { transaction, announcer in
            switch try await WorkflowStore.add(version, tenant: request.tenant, on: transaction.connection) {
            case .same(let present):
                return APIAnswer(status: 200, body: Self.head(present, definition.warnings))
            case .taken: throw Self.versionTaken(version)
            case .added:
                let reference = CoreV1.DefinitionReference(
                    namespace: version.namespace, name: version.name, version: version.version)
                announcer.registerDefinition(reference, document: payload, commandID: version.commandID)
                announcer.audit(
                    "workflow.register", "workflow", version.id, id: "\(version.commandID)/audit",
                    ["digest": .string(version.digest)])
                return APIAnswer(
                    status: 202, body: Self.head(version, definition.warnings),
                    location: "/v1/workflows/\(version.namespace)/\(version.name)")
            }
        } settle: { answer in
            try await settled(answer) {
                try await WorkflowStore.find(
                    version.namespace, version.name, version.version, tenant: request.tenant, on: pool)
            }
        }
    }

    private static func lint(_ bytes: [UInt8]) throws(Refusal) -> CompiledDefinition {
        do throws(DefinitionFaults) {
            return try CompiledDefinition(parsing: bytes)
        } catch {
            throw documentRefusal(error, "workflow")
        }
    }

    /// All faults of a document, with their places.
    static func documentRefusal(_ faults: DefinitionFaults, _ kind: String) -> Refusal {
        let more = faults.list.count > 1 ? " (and \(faults.list.count - 1) more)" : ""
        return Refusal(
            ProblemDetails(
                status: 422, code: .faultyDocument, title: "The \(kind) is faulty",
                detail: (faults.list.first?.description ?? "") + more,
                whatToDo: "Correct what errors lists: each names the place, what was found and what was expected.",
                extensions: ["errors": .array(faults.list.map(\.json))]))
    }

    static func versionTaken(_ version: DocumentVersion) -> Refusal {
        Refusal(
            409, .versionTaken, "The version exists with other content",
            "\(version.id) was registered with another document; versions never change.",
            "Give the changed document a new version.")
    }

    /// Waits for the owner's word on a new version: 201 when it took it, its rejection when it did not.
    func settled(
        _ answer: APIAnswer, _ look: () async throws -> DocumentVersion?
    ) async throws -> APIAnswer {
        guard answer.status == 202 else { return answer }
        let decided = try await Waiting.value(within: configuration.outcomeLimit, by: clock) {
            try await look().flatMap { $0.status == "pending" ? nil : $0 }
        }
        guard let decided else { return answer }
        if let rejection = decided.rejection.flatMap(StoredRejection.rejection) {
            var problem = ProblemDetails(rejection)
            problem.status = 422
            throw Refusal(problem)
        }
        var body = Self.head(decided).object ?? [:]
        body["warnings"] = answer.body["warnings"]
        return APIAnswer(status: 201, body: .object(body), location: answer.location)
    }

    private func workflow(_ request: APIRequest) async throws -> JSON {
        let (namespace, name) = (request.parameter("namespace"), request.parameter("name"))
        let versions = try await WorkflowStore.standings(namespace, name, for: "", tenant: request.tenant, on: pool)
        let asked = request.http.query("version") ?? ""
        let registered = versions.filter { $0.status == "registered" }.map(\.version)
        // Where only pre-releases or rejected versions are, something is shown all the same, though nothing starts.
        var meant = Self.meant(asked, among: registered) ?? Self.meant(asked, among: versions.map(\.version))
        if asked.isEmpty { meant = meant ?? registered.first ?? versions.first?.version }
        guard let meant,
            let shown = try await WorkflowStore.find(namespace, name, meant, tenant: request.tenant, on: pool)
        else {
            throw Refusal.notFound("workflow \(namespace)/\(name)\(asked.isEmpty ? "" : ":\(asked.prefix(80))")")
        }
        var object = Self.head(shown).object ?? [:]
        object["document"] = shown.document
        object["latest"] = Self.meant("", among: registered).map { .string($0) } ?? .null
        object["versions"] = .array(
            versions.prefix(100).map { ["version": .string($0.version), "status": .string($0.status)] })
        return .object(object)
    }

    /// The version that a text means: see `VersionSelector`.
    static func meant(_ text: String, among versions: [String]) -> String? {
        let chosen = VersionSelector(text)?.choose(among: versions.compactMap { SemanticVersion($0) })
        return chosen.flatMap { chosen in versions.first { $0 == chosen.description } }
    }

    static func head(_ version: DocumentVersion, _ warnings: [DefinitionFault] = []) -> JSON {
        var object: JSONObject = [
            "name": .string(version.name), "version": .string(version.version), "status": .string(version.status),
            "digest": .string(version.digest), "createdAt": .string(version.createdAt.description),
        ]
        if !version.namespace.isEmpty { object["namespace"] = .string(version.namespace) }
        if let rejection = version.rejection { object["rejection"] = rejection }
        if !warnings.isEmpty { object["warnings"] = .array(warnings.map(\.json)) }
        return .object(object)
    }

    /// In line when small, else in the object store.
    func payload(_ value: JSON) async throws -> CoreV1.Payload {
        let bytes = value.bytes()
        guard bytes.count > CoreV1.Payload.inlineLimit else { return CoreV1.Payload(json: value) }
        let digest = try await objects.put(bytes, contentType: "application/json")
        return CoreV1.Payload(
            blob: CoreV1.Blob(digest: digest, sizeBytes: Int64(bytes.count), contentType: "application/json"))
    }
}
