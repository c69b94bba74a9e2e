import Engine
import Postgres
import Workflow

/// What one transaction changes about who waits for which events.
struct SubscriptionChanges {
    private struct Change {
        var executionID: String
        /// By filter; nil: the subscription is over.
        var rows: [String: SubscriptionStore.Row]?
        /// Whether other rows of the subscription are to go.
        var replaces = false
    }

    private var changes: [String: Change] = [:]
    private var ended: Set<String> = []

    /// Keeps the table in step with an execution's log.
    mutating func note(_ event: ExecutionEvent, tenant: String, _ definition: CompiledDefinition) {
        let id = event.executionID
        switch event.outcome {
        case .subscriptionOpened(let subscription): set(subscription, [:], id, tenant, definition)
        case .correlationStarted(_, let subscription, let expected) where subscription.isOnce:
            // A task that runs once needs no other events than those of the keys that it has now.
            set(subscription, expected, id, tenant, definition)
        case .subscriptionClosed(let subscription): changes[subscription] = Change(executionID: id, rows: nil)
        default: break
        }
    }

    /// An execution has gone over to another version: its filters are those of `definition` now.
    mutating func migrate(_ state: ExecutionState, _ definition: CompiledDefinition) {
        for subscription in state.subscriptions {
            set(subscription, [:], state.executionID, state.tenant, definition)
            changes[subscription.id]?.replaces = true
        }
    }

    private mutating func set(
        _ subscription: EventSubscription, _ expected: [String: [String: String]], _ id: String, _ tenant: String,
        _ definition: CompiledDefinition
    ) {
        let rows = Self.rows(of: subscription, expected, id, tenant, definition)
        changes[subscription.id] = Change(
            executionID: id, rows: Dictionary(uniqueKeysWithValues: rows.map { ($0.filter, $0) }))
    }

    /// The rows of a subscription: one a filter, with the key that it expects if that is known.
    static func rows(
        of subscription: EventSubscription, _ expected: [String: [String: String]], _ executionID: String,
        _ tenant: String, _ definition: CompiledDefinition
    ) -> [SubscriptionStore.Row] {
        definition.interests(of: subscription.task).map { interest in
            let keys = expected[interest.pointer] ?? [:]
            let isKnown = interest.filter?.correlations.allSatisfy { keys[$0.name] != nil } ?? false
            return SubscriptionStore.Row(
                id: subscription.id, filter: interest.pointer, executionID: executionID, tenant: tenant,
                type: interest.type ?? "", definition: definition.reference.description,
                key: isKnown ? EventKey.text(keys) : nil)
        }
    }

    /// An execution that has rows in the table has ended.
    mutating func end(_ executionID: String) { ended.insert(executionID) }

    /// Writes the changes; those of executions that are not open any more need none.
    func save(_ connection: PostgresConnection, isOpen: (String) -> Bool) async throws {
        let store = SubscriptionStore(connection: connection)
        let open = changes.filter { isOpen($0.value.executionID) }
        let rows = open.values.compactMap(\.rows).flatMap(\.values)
        try await store.delete(open.filter { $0.value.rows == nil || $0.value.replaces }.keys.sorted())
        try await store.upsert(rows.sorted { ($0.id, $0.filter) < ($1.id, $1.filter) })
        try await store.delete(executions: ended.sorted())
    }
}
