import Contracts
import Core
import Messaging
import ObjectStore
import PolicyGuardDomain
import Postgres

/// Answers the commands of one transaction, in their order: a policy that is registered may be asked by the next.
struct PolicyDesk {
    private let cache: PolicyCache
    private let connection: PostgresConnection
    private let now: Instant
    private var versions: [PolicyKey: PolicyVersions]
    private var verdicts: [EvaluationKey: VerdictRow]
    private var given: [VerdictRow] = []
    /// What is to be published, in order.
    private(set) var messages: [Outbound] = []

    init(_ commands: [IncomingCommand], _ cache: PolicyCache, _ connection: PostgresConnection, now: Instant)
        async throws
    {
        (self.cache, self.connection, self.now) = (cache, connection, now)
        versions = try await PolicyTable.versions(of: Array(Set(commands.map(\.policy))), on: connection)
        verdicts = try await VerdictTable.load(Array(Set(commands.compactMap(\.evaluation))), on: connection)
    }

    /// Writes the verdicts that were given.
    func save() async throws { try await VerdictTable.insert(given, on: connection) }

    /// Answers one command; `payload` is the JSON that it carries, nil when that cannot be read.
    mutating func take(_ command: IncomingCommand, payload: JSON?) async throws {
        switch command.body {
        case .evaluate(let asked): try await evaluate(asked, command, input: payload)
        case .register(let asked): try await register(asked, command, document: payload)
        }
    }

    private mutating func evaluate(
        _ asked: PolicyV1.EvaluatePolicy, _ command: IncomingCommand, input: JSON?
    ) async throws {
        let key = EvaluationKey(tenant: command.envelope.tenant, id: asked.evaluationID)
        switch try await verdict(asked, key, command.policy, input: input) {
        case .given(let row): messages.append(Answers.verdict(row, to: asked, command.envelope, at: now))
        case .refused(let rejection): messages.append(Answers.failure(rejection, to: asked, command.envelope, at: now))
        }
    }

    private enum Answer {
        case given(VerdictRow)
        case refused(Rejection)
    }

    private mutating func verdict(
        _ asked: PolicyV1.EvaluatePolicy, _ key: EvaluationKey, _ policy: PolicyKey, input: JSON?
    ) async throws -> Answer {
        if asked.evaluationID.isEmpty { return refused("evaluation_id is empty; expected the id of the waiting task") }
        if asked.policy.isEmpty { return refused("policy is empty; expected the name of a policy") }
        if let row = verdicts[key] {
            if row.executionID == asked.executionID { return .given(row) }
            return refused("evaluation_id was used by another execution; expected an id of its own")
        }
        guard let input else { return refused("the input is not JSON, or cannot be fetched from the object store") }
        switch (versions[policy] ?? PolicyVersions()).resolve(asked.version) {
        case .rejected(let rejection): return .refused(rejection)
        case .found(let entry):
            guard let compiled = try await compiled(policy, entry) else {
                let reason = "the registered policy does not compile in this version of the service"
                return .refused(Rejection(.invalid, .malformedPolicy, reason))
            }
            switch compiled.verdict(on: input) {
            case .rejected(let rejection): return .refused(rejection)
            case .given(let verdict):
                let row = VerdictRow(
                    key: key, executionID: asked.executionID, task: asked.task, attempt: Int(asked.attempt),
                    verdict: verdict, policyDigest: entry.digest, inputDigest: digest(of: input), givenAt: now)
                verdicts[key] = row
                given.append(row)
                return .given(row)
            }
        }
    }

    private func refused(_ reason: String) -> Answer { .refused(Rejection(.invalid, .malformedEvaluation, reason)) }

    private func compiled(_ key: PolicyKey, _ entry: PolicyVersions.Entry) async throws -> CompiledPolicy? {
        if let policy = cache.policy(entry.digest) { return policy }
        guard let document = try await PolicyTable.document(key, entry.version, on: connection),
            let read = try? PolicyDocument(document), let policy = try? CompiledPolicy(read)
        else { return nil }
        cache.keep(policy, entry.digest)
        return policy
    }

    private mutating func register(
        _ asked: PolicyV1.RegisterPolicy, _ command: IncomingCommand, document: JSON?
    ) async throws {
        let policy: CompiledPolicy
        do throws(PolicyFaults) {
            policy = try Self.read(document, asked)
        } catch {
            return messages.append(Answers.rejected(error.rejection, to: asked, command.envelope, at: now))
        }
        let row = PolicyRow(
            key: PolicyKey(tenant: command.envelope.tenant, name: policy.document.name),
            version: policy.document.version,
            digest: digest(of: document ?? .null), document: document ?? .null, registeredAt: now,
            registeredBy: asked.actor)
        switch try await shelve(row) {
        case .rejected(let rejection):
            messages.append(Answers.rejected(rejection, to: asked, command.envelope, at: now))
        case .added, .repeated:
            cache.keep(policy, row.digest)
            messages.append(Answers.registered(row, to: asked, command.envelope, at: now))
            messages.append(Answers.published(row, document: asked.document, command.envelope, at: now))
        }
    }

    /// Stores a new version. Another process may be first: then what it stored decides.
    private mutating func shelve(_ row: PolicyRow) async throws -> PolicyVersions.Registration {
        let registration = versions[row.key, default: PolicyVersions()].register(row.version, digest: row.digest)
        guard registration == .added, try await !PolicyTable.insert(row, on: connection) else { return registration }
        var present = try await PolicyTable.versions(of: [row.key], on: connection)[row.key] ?? PolicyVersions()
        let second = present.register(row.version, digest: row.digest)
        versions[row.key] = present
        return second
    }

    private static func read(
        _ document: JSON?, _ asked: PolicyV1.RegisterPolicy
    ) throws(PolicyFaults) -> CompiledPolicy {
        guard let document else {
            throw PolicyFaults([PolicyFault(JSONPointer(), found: "no JSON", expected: "a policy document")])
        }
        let policy = try PolicyDocument(document)
        var faults: [PolicyFault] = []
        if !asked.name.isEmpty, asked.name != policy.name {
            faults.append(
                PolicyFault(JSONPointer(["name"]), found: policy.name, expected: "the \(asked.name) of the command"))
        }
        if !asked.version.isEmpty, asked.version != policy.version.description {
            let expected = "the \(asked.version) of the command"
            faults.append(PolicyFault(JSONPointer(["version"]), found: policy.version.description, expected: expected))
        }
        if !faults.isEmpty { throw PolicyFaults(faults) }
        return try CompiledPolicy(policy)
    }

    private func digest(of value: JSON) -> String { ContentDigest.hex(of: value.bytes(.canonical)) }
}
