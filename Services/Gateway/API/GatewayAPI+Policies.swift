import Core
import GatewayDomain
import HTTP
import Messaging
import ObjectStore
import Workflow

extension GatewayAPI {
    var policyRoutes: [APIRoute] {
        [
            .post(
                "/v1/policies", "Register a version of a policy", body: Self.documentTypes, success: [201, 202]
            ) { request in try await registerPolicy(request) },
            .get("/v1/policies", "List versions of policies", query: ["cursor", "limit"]) { request in
                try request.checkQuery(["cursor", "limit"])
                let (cursor, limit) = try request.page()
                let rows = try await PolicyStore.page(tenant: request.tenant, after: cursor, limit: limit, on: pool)
                return page(rows, limit: limit, show: { Self.head($0) }) { PageCursor(time: $0.createdAt, id: $0.id) }
            },
        ]
    }

    private func registerPolicy(_ request: APIRequest) async throws -> HTTPResponse {
        try request.checkQuery([])
        try request.takes(Self.documentTypes)
        let (head, document) = try Self.readPolicy(request.http.body)
        let payload = try await payload(document)
        let version = DocumentVersion(
            namespace: "", name: head.name, version: head.version,
            digest: ContentDigest.hex(of: document.bytes(.canonical)),
            document: document, commandID: "gateway/\(identifiers.next())", createdAt: clock.now())
        return try await once(request) { transaction, announcer in
            switch try await PolicyStore.add(version, tenant: request.tenant, on: transaction.connection) {
            case .same(let present): return APIAnswer(status: 200, body: Self.head(present))
            case .taken: throw Self.versionTaken(version)
            case .added:
                announcer.registerPolicy(
                    version.name, version.version, document: payload, commandID: version.commandID)
                announcer.audit(
                    "policy.register", "policy", version.id, id: "\(version.commandID)/audit",
                    ["digest": .string(version.digest)])
                return APIAnswer(status: 202, body: Self.head(version))
            }
        } settle: { answer in
            try await settled(answer) {
                try await PolicyStore.find(version.name, version.version, tenant: request.tenant, on: pool)
            }
        }
    }

    private static func readPolicy(_ bytes: [UInt8]) throws(Refusal) -> (PolicyHead, JSON) {
        let document: JSON
        do throws(DefinitionFaults) {
            document = try parseDefinition(bytes)
        } catch {
            throw documentRefusal(error, "policy")
        }
        switch PolicyHead.read(document) {
        case .success(let head): return (head, document)
        case .failure(let faults):
            var refusal = Refusal(faults.list, code: .faultyDocument, title: "The policy is faulty").problem
            refusal.status = 422
            throw Refusal(refusal)
        }
    }
}
