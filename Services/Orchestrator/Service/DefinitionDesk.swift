import Contracts
import Core
import Messaging
import ObjectStore
import OrchestratorDomain
import Postgres
import Workflow

/// Registers definitions and finds them again.
struct DefinitionDesk: Sendable {
    let cache: DefinitionCache
    let announcer: Announcer

    /// Registers the version in `incoming`, or says why not. Repeating it changes nothing.
    func register(_ incoming: Incoming, _ transaction: MessageTransaction) async throws {
        guard case .register(let reference, let commandID, let document, let actor) = incoming.content else { return }
        let now = transaction.now
        switch Self.compile(document, as: reference) {
        case .failure(let refusal):
            transaction.publish(
                announcer.refused(incoming, reference, commandID: commandID, refusal.rejection, now: now))
        case .success(let definition):
            let key = DefinitionStore.Key(tenant: incoming.envelope.tenant, reference: definition.reference)
            let digest = ContentDigest.hex(of: document.bytes(.canonical))
            let store = DefinitionStore(connection: transaction.connection)
            let isNew = try await store.insert(
                key, digest: digest, document: document.bytes(), actor: actor, now: now)
            let kept = isNew ? digest : try await store.digest(key)
            guard kept == digest else {
                let rejection = Rejection(
                    .conflict, .definitionTaken, "\(definition.reference) is registered with another content")
                let answer = announcer.refused(incoming, reference, commandID: commandID, rejection, now: now)
                return transaction.publish(answer)
            }
            if isNew { try await ScheduleDesk.registered(definition, key, transaction) }
            transaction.publish(
                announcer.registered(
                    incoming, definition.reference, commandID: commandID, digest: digest, now: now))
            // Said again for a repetition: it is what a lost copy is restored by, and keyed, so it takes no room.
            transaction.publish(
                try await announcer.published(
                    incoming, definition.reference, digest: digest, document: document, now: now))
        }
    }

    /// The definitions of `keys`, from memory or from the table; those that are missing or unreadable are left out.
    func load(
        _ keys: Set<DefinitionStore.Key>, _ connection: PostgresConnection
    ) async throws -> [DefinitionStore.Key: CompiledDefinition] {
        var found: [DefinitionStore.Key: CompiledDefinition] = [:]
        for key in keys { found[key] = cache.definition(key) }
        let missing = keys.filter { found[$0] == nil }
        for (key, bytes) in try await DefinitionStore(connection: connection).documents(Array(missing)) {
            guard let document = try? JSON(parsing: bytes),
                let definition = try? CompiledDefinition(document: document)
            else { continue }
            cache.keep(definition, key)
            found[key] = definition
        }
        return found
    }

    /// Asks, with the next statement, for what `resolve` needs to know; nil when that is known already.
    func ask(_ key: DefinitionStore.Key, _ connection: PostgresConnection) -> PostgresAnswer? {
        cache.definition(key) == nil ? DefinitionStore(connection: connection).askVersions(of: key) : nil
    }

    /// The version that a start means: the one it names, or the newest; nil when there is none. `answer` is what `ask`
    /// gave, if it was asked.
    func resolve(
        _ asked: DefinitionStore.Key, _ connection: PostgresConnection, answer: PostgresAnswer? = nil
    ) async throws -> DefinitionStore.Key? {
        guard let answer = answer ?? ask(asked, connection) else { return asked }
        let versions = try await DefinitionStore(connection: connection).versions(answer)
            .compactMap(SemanticVersion.init)
        guard let chosen = VersionSelector(asked.reference.version)?.choose(among: versions) else { return nil }
        var found = asked
        found.reference.version = chosen.description
        return found
    }

    private struct Refusal: Error { var rejection: Rejection }

    private static func compile(
        _ document: JSON, as reference: CoreV1.DefinitionReference
    ) -> Result<CompiledDefinition, Refusal> {
        func refused(_ reason: String) -> Result<CompiledDefinition, Refusal> {
            .failure(Refusal(rejection: Rejection(.invalid, .malformedDefinition, reason)))
        }
        do {
            let definition = try CompiledDefinition(document: document)
            guard SemanticVersion(definition.version) != nil else {
                return refused("/document/version: found \(definition.version), expected MAJOR.MINOR.PATCH")
            }
            // An empty member of the command leaves the name to the document.
            let named = CoreV1.DefinitionReference(definition.reference)
            let agrees = zip(
                [reference.namespace, reference.name, reference.version], [named.namespace, named.name, named.version]
            ).allSatisfy { $0.isEmpty || $0 == $1 }
            guard agrees else { return refused("the command names \(reference), the document \(named)") }
            return .success(definition)
        } catch {
            let places = error.list.prefix(3).map(\.description).joined(separator: "; ")
            let more = error.list.count > 3 ? "; and \(error.list.count - 3) more" : ""
            return refused(places + more)
        }
    }
}
