import Contracts
import Core
import Messaging
import OrchestratorDomain
import Postgres
import Telemetry
import Workflow

/// Brings events to the executions that wait for them. The delivery is a command by way of the outbox, so it comes to
/// an execution in one line with everything else; it is missed when it does not.
struct EventRouter: Sendable {
    let desk: DefinitionDesk
    let claims: ClaimCheck
    let triggers: EventTriggers
    let logger: Logger
    /// How long a delivery may be on its way.
    let patience: Duration

    /// Delivers events. One query tells whether anybody waits at all.
    func route(_ events: [IngressEvent], _ transaction: MessageTransaction) async throws {
        let store = SubscriptionStore(connection: transaction.connection)
        let fits = try await fits(events, store, transaction.connection)
        let targets = try await store.targets(fits)
        guard !targets.isEmpty else { return }
        let new = try await claim(Set(targets.map(\.event)).sorted().map { events[$0] }, transaction)
        var delivered: Set<DeliveredEventStore.Key> = []
        var starting: [String: [Int]] = [:]
        var messages: [Outbound] = []
        for (position, targets) in Dictionary(grouping: targets, by: \.event).sorted(by: { $0.key < $1.key }) {
            let event = events[position]
            // Twice in one poll is twice as well.
            guard new.contains(event.key), delivered.insert(event.key).inserted else { continue }
            messages += try await deliveries(of: event, targets, now: transaction.now)
            for target in targets where target.executionID.isEmpty { starting[target.id, default: []].append(position) }
        }
        for (id, positions) in starting.sorted(by: { $0.key < $1.key }) {
            // A schedule has one version at a time, so all its filters are of one definition.
            guard let key = fits.lazy.compactMap(\.use.key).first(where: { ScheduleDesk.subscription($0) == id }),
                let definition = try await desk.load([key], transaction.connection)[key]
            else { continue }
            messages += try await triggers.take(positions.map { events[$0] }, definition, key, transaction)
        }
        try await DeliveryStore(connection: transaction.connection)
            .insert(messages, due: transaction.now + patience)
        for message in messages { transaction.publish(message) }
    }

    /// The filters that events fit, as far as that can be told without the executions.
    private func fits(
        _ events: [IngressEvent], _ store: SubscriptionStore, _ connection: PostgresConnection
    ) async throws -> [SubscriptionStore.Fit] {
        var kinds: Set<SubscriptionStore.Kind> = []
        for event in events {
            kinds.insert(SubscriptionStore.Kind(tenant: event.envelope.tenant, type: event.envelope.type))
            kinds.insert(SubscriptionStore.Kind(tenant: event.envelope.tenant, type: ""))
        }
        let uses = try await store.uses(kinds.sorted { ($0.tenant, $0.type) < ($1.tenant, $1.type) })
        guard !uses.isEmpty else { return [] }
        let definitions = try await desk.load(Set(uses.compactMap(\.key)), connection)
        var fits: [SubscriptionStore.Fit] = []
        for use in uses {
            guard let key = use.key, let definition = definitions[key],
                let interest = definition.interest(at: use.filter)
            else {
                logger.error(
                    "events cannot be delivered: a definition cannot be read",
                    [.code: .string(ErrorCode.unreadableState.rawValue), .definition: .string(use.definition)])
                continue
            }
            for (position, event) in events.enumerated()
            where event.envelope.tenant == use.kind.tenant
                && (use.kind.type.isEmpty || use.kind.type == event.envelope.type)
            {
                guard let filter = interest.filter else {
                    fits.append(SubscriptionStore.Fit(event: position, use: use))
                    continue
                }
                guard filter.fits(event.json, EventFilter.withoutExecution),
                    let keys = filter.keys(of: event.json, EventFilter.withoutExecution)
                else { continue }
                fits.append(SubscriptionStore.Fit(event: position, use: use, key: EventKey.text(keys)))
            }
        }
        return fits
    }

    private func claim(
        _ events: [IngressEvent], _ transaction: MessageTransaction
    ) async throws -> Set<DeliveredEventStore.Key> {
        let keys = Set(events.map(\.key)).sorted { ($0.tenant, $0.digest) < ($1.tenant, $1.digest) }
        return try await DeliveredEventStore(connection: transaction.connection).claim(keys, now: transaction.now)
    }

    private func deliveries(
        of event: IngressEvent, _ targets: [SubscriptionStore.Target], now: Instant
    ) async throws -> [Outbound] {
        let payload = try await claims.payload(event.json)
        return targets.lazy.filter { !$0.executionID.isEmpty }.map { target in
            let body = OrchestratorV1.DeliverEvent(
                executionID: target.executionID, subscriptionID: target.id, event: payload)
            let envelope = Envelope(
                id: "\(target.id)/\(event.digest)", type: "", source: Announcer.source, time: now,
                tenant: event.envelope.tenant, correlationID: target.executionID, causationID: event.envelope.id,
                traceparent: event.envelope.traceparent)
            return Outbound(topic: .orchestratorCommands, key: target.executionID, envelope: envelope, message: body)
        }
    }
}

extension IngressEvent {
    var key: DeliveredEventStore.Key { DeliveredEventStore.Key(tenant: envelope.tenant, digest: digest) }
}

extension SubscriptionStore.Use {
    /// The definition as the desk knows it.
    var key: DefinitionStore.Key? {
        DefinitionReference(definition).map { DefinitionStore.Key(tenant: kind.tenant, reference: $0) }
    }
}
