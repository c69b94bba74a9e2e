import Contracts
import Core
import GatewayDomain
import HTTP
import Lifecycle
import Messaging
import Postgres

/// Starts executions; those that are asked for at the same time share one transaction.
struct ExecutionStarts: Service {
    /// What is to be started.
    struct Request: Sendable {
        /// As it is first; it is created when the transaction says.
        var row: ExecutionRow
        var input: CoreV1.Payload
        var origin: Origin
        /// The idempotency key, if there is one, and the digest of the request that it stands for.
        var key: String?
        var digest: String
    }

    /// What became of it.
    enum Answer: Sendable {
        case started(APIAnswer)
        case replayed(IdempotencyDecision.StoredAnswer)
        case refused(Refusal)
    }

    /// Two requests of a batch have the same key: each is carried out alone then, the first one first.
    private struct SharedKey: Error {}

    /// More at a time hold locks for longer.
    private static let largestBatch = 64

    private let gate: TenantGate
    private let combiner: Combiner<Request, Answer>

    /// Starts nothing before `run`. Tenants that ask for more than fits into a batch have places in turn.
    init(outbox: Outbox, weights: TenantWeights = TenantWeights()) {
        gate = TenantGate(places: Self.largestBatch, weights: weights)
        combiner = Combiner(limit: Self.largestBatch, isShared: isRetriable) {
            requests in
            try await outbox.transaction { try await Self.start(requests, in: $0) }
        }
    }

    /// Carries out what is asked for until shutdown.
    func run(_ shutdown: Shutdown) async throws { try await combiner.run(shutdown) }

    /// Starts an execution, once for each key.
    func start(_ request: Request) async throws -> Answer {
        try await gate.pass(request.row.tenant) { try await combiner.ask(request) }
    }

    private static func start(_ requests: [Request], in transaction: MessageTransaction) async throws -> [Answer] {
        let requests = requests.map { request in
            var request = request
            request.row.createdAt = transaction.now
            request.row.updatedAt = transaction.now
            return request
        }
        transaction.willPublish()
        let places = requests.map(claim)
        let claims = places.compactMap(\.self)
        guard Set(claims.map(\.id)).count == claims.count else { throw SharedKey() }
        let connection = transaction.connection
        let claimed = IdempotencyStore.claim(claims, now: transaction.now, on: connection)
        let refusals = try await refusals(requests, on: connection)
        let decisions = try await IdempotencyStore.decide(claims, claimed, on: connection)
        var (answers, started, undone): ([Answer], [Request], [IdempotencyStore.Claim]) = ([], [], [])
        for ((request, claim), refusal) in zip(zip(requests, places), refusals) {
            switch (claim.flatMap { decisions[$0.id] } ?? .proceed, refusal) {
            case (.replay(let stored), _): answers.append(.replayed(stored))
            case (.mismatch, _): answers.append(.refused(.keyReused))
            case (.proceed, let refusal?):
                answers.append(.refused(refusal))
                if let claim { undone.append(claim) }
            case (.proceed, nil):
                answers.append(.started(claim?.answer ?? GatewayAPI.accepted(request.row)))
                started.append(request)
            }
        }
        IdempotencyStore.forget(undone, on: connection)
        try await ExecutionStore.insert(started.map(\.row), on: connection)
        for request in started { announce(request, in: transaction) }
        return answers
    }

    private static func claim(_ request: Request) -> IdempotencyStore.Claim? {
        request.key.map {
            IdempotencyStore.Claim(
                key: $0, tenant: request.row.tenant, requestDigest: request.digest,
                answer: GatewayAPI.accepted(request.row))
        }
    }

    /// Why each cannot be started; nil where it can.
    private static func refusals(_ requests: [Request], on connection: PostgresConnection) async throws -> [Refusal?] {
        var known: [[String]: [WorkflowStore.Standing]] = [:]
        var refusals: [Refusal?] = []
        for row in requests.map(\.row) {
            let workflow = [row.tenant, row.namespace, row.name, row.version]
            if known[workflow] == nil {
                known[workflow] = try await WorkflowStore.standings(
                    row.namespace, row.name, for: row.version, tenant: row.tenant, on: connection)
            }
            refusals.append(refusal(of: row, among: known[workflow] ?? []))
        }
        return refusals
    }

    /// Refuses what the orchestrator could not start.
    private static func refusal(of row: ExecutionRow, among versions: [WorkflowStore.Standing]) -> Refusal? {
        let registered = versions.filter { $0.status == "registered" }
        if GatewayAPI.meant(row.version, among: registered.map(\.version)) != nil { return nil }
        let meant = GatewayAPI.meant(row.version, among: versions.map(\.version))
        guard let wanted = versions.first(where: { $0.version == meant }) else {
            return .notFound("workflow \(row.namespace)/\(row.name)\(row.version.isEmpty ? "" : ":\(row.version)")")
        }
        var refusal = Refusal(
            409, .workflowNotReady, "The workflow cannot be executed",
            wanted.status == "pending"
                ? "It was accepted, and the orchestrator has not registered it yet."
                : "The orchestrator rejected it.",
            "Send the request again after a moment; see GET /v1/workflows/\(row.namespace)/\(row.name) for its status.")
        refusal.headers["retry-after"] = "1"
        return refusal
    }

    private static func announce(_ request: Request, in transaction: MessageTransaction) {
        let row = request.row
        let reference = CoreV1.DefinitionReference(namespace: row.namespace, name: row.name, version: row.version)
        let announcer = Announcer(transaction: transaction, origin: request.origin)
        announcer.start(row.id, reference, input: request.input)
        announcer.audit("execution.start", "execution", row.id, id: "\(row.id)/start/audit")
    }
}
