import Core
import Cron
import Messaging
import ObjectStore
import Workflow

/// Keeps what starts executions in step with the newest version of each definition.
enum ScheduleDesk {
    /// All ids of executions that schedules start begin so.
    static let prefix = "scheduled-"

    /// Called when a version was registered: if it is the newest release now, its schedule replaces the last one's.
    static func registered(
        _ definition: CompiledDefinition, _ key: DefinitionStore.Key, _ transaction: MessageTransaction
    ) async throws {
        let reference = key.reference
        let definitions = DefinitionStore(connection: transaction.connection)
        let versions = try await definitions.versions(definitions.askVersions(of: key))
        let newest = VersionSelector("latest")?.choose(among: versions.compactMap(SemanticVersion.init))
        guard newest == SemanticVersion(reference.version) else { return }
        let id = subscription(key)
        let subscriptions = SubscriptionStore(connection: transaction.connection)
        if versions.count > 1 {
            try await subscriptions.delete([id])
            // What came for the filters of another version says nothing about these.
            try await GatheringStore(connection: transaction.connection).delete(id)
        }
        let schedules = ScheduleStore(connection: transaction.connection)
        let now = transaction.now
        switch definition.schedule {
        case nil:
            if versions.count > 1 { try await schedules.delete(key) }
        case .every(let interval)?: try await schedules.put(key, due: now + interval, delay: nil)
        case .after(let delay)?: try await schedules.put(key, due: now + delay, delay: delay)
        case .cron(let expression, let zone)?:
            guard let due = expression.next(after: now, in: zone) else { return try await schedules.delete(key) }
            try await schedules.put(key, due: due, delay: nil)
        case .on(let strategy, _)?:
            try await schedules.delete(key)
            try await subscriptions.upsert(
                strategy.interests.map { interest in
                    SubscriptionStore.Row(
                        id: id, filter: interest.pointer, executionID: "", tenant: key.tenant,
                        type: interest.type ?? "", definition: reference.description)
                })
        }
    }

    /// The id under which a definition waits for the events that start it.
    static func subscription(_ key: DefinitionStore.Key) -> String {
        "schedule:\(key.tenant)/\(key.reference.namespace)/\(key.reference.name)"
    }

    /// The execution of a definition that `occasion` starts: the same for the same, whoever starts it.
    static func executionID(_ key: DefinitionStore.Key, _ occasion: String) -> String {
        let text = "\(key.tenant)\n\(key.reference.namespace)\n\(key.reference.name)\n\(occasion)"
        return prefix + ContentDigest.hex(of: Array(text.utf8)).prefix(32)
    }
}
