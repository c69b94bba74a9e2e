import Contracts
import Core
import Engine
import Messaging
import OrchestratorDomain
import Telemetry
import Workflow

/// Starts executions of definitions whose schedule waits for events.
struct EventTriggers: Sendable {
    /// More events than this do not wait together under one key; the oldest gathering goes.
    static let mostGatherings = 1000

    let claims: ClaimCheck

    /// Events that wait for others, and which they are.
    private struct Group {
        var gathering = EventGathering()
        var digests: [String] = []
    }

    /// Takes in the events of one poll that a definition's schedule may need, in their order; the starts that follow.
    func take(
        _ events: [IngressEvent], _ definition: CompiledDefinition, _ key: DefinitionStore.Key,
        _ transaction: MessageTransaction
    ) async throws -> [Outbound] {
        guard case .on(let strategy, let reading)? = definition.schedule else { return [] }
        let id = ScheduleDesk.subscription(key)
        let expected = Self.expected(strategy)
        let keyed = events.map { (event: $0, key: Self.key($0.json, strategy)) }
        let needsSeveral = strategy.kind == .all || strategy.until != nil
        let store = GatheringStore(connection: transaction.connection)
        var groups: [String: [Group]] = [:]
        if needsSeveral {
            let stored = try await store.lock(id, keys: Set(keyed.map(\.key)).sorted(), now: transaction.now)
            groups = stored.mapValues(Self.groups)
        }
        var starts: [Outbound] = []
        for (event, under) in keyed {
            var waiting = groups[under] ?? []
            if let complete = Self.absorb(event, strategy, reading, expected, &waiting) {
                starts.append(try await start(key, complete, event, now: transaction.now))
            }
            groups[under] = waiting
        }
        guard needsSeveral else { return starts }
        for (under, waiting) in groups.sorted(by: { $0.key < $1.key }) {
            if waiting.isEmpty {
                try await store.delete(id, key: under)
            } else {
                try await store.put(id, key: under, state: Self.bytes(waiting), now: transaction.now)
            }
        }
        return starts
    }

    /// Adds an event to the first group that it fits, or begins one; gives back the group when it is complete.
    private static func absorb(
        _ event: IngressEvent, _ strategy: EventStrategy, _ reading: EventReading,
        _ expected: [String: [String: String]], _ waiting: inout [Group]
    ) -> Group? {
        func step(_ gathering: EventGathering) -> EventGathering.Step? {
            gathering.step(event.json, strategy, reading, expected: expected, EventFilter.withoutExecution)
        }
        var position = waiting.firstIndex { step($0.gathering) != nil }
        if position == nil, step(EventGathering())?.item != nil {
            // What only ends a wait begins none.
            position = waiting.count
            waiting.append(Group())
        }
        guard let position, let found = step(waiting[position].gathering) else { return nil }
        waiting[position].gathering.take(found)
        waiting[position].digests.append(event.digest)
        let items = JSON.array(waiting[position].gathering.items)
        let isComplete = waiting[position].gathering.isComplete(strategy) { condition in
            let result = EventFilter.withoutExecution(condition, items) ?? .null
            return result != .null && result != .bool(false)
        }
        if isComplete { return waiting.remove(at: position) }
        if waiting.count > mostGatherings { waiting.removeFirst() }
        return nil
    }

    private func start(
        _ key: DefinitionStore.Key, _ group: Group, _ last: IngressEvent, now: Instant
    ) async throws -> Outbound {
        let id = ScheduleDesk.executionID(key, group.digests.joined(separator: "\n"))
        let reference = key.reference
        let body = OrchestratorV1.StartExecution(
            executionID: id, definition: CoreV1.DefinitionReference(reference),
            input: try await claims.payload(.array(group.gathering.items)),
            actor: "schedule:\(reference.namespace)/\(reference.name)")
        let envelope = Envelope(
            id: "\(id)/start", type: "", source: Announcer.source, time: now, tenant: key.tenant,
            correlationID: id, causationID: last.envelope.id, traceparent: last.envelope.traceparent)
        return Outbound(topic: .orchestratorCommands, key: id, envelope: envelope, message: body)
    }

    /// What the filters expect: constants, since there is no execution yet.
    private static func expected(_ strategy: EventStrategy) -> [String: [String: String]] {
        var expected: [String: [String: String]] = [:]
        for filter in strategy.filters + (strategy.stops?.filters ?? []) {
            for correlation in filter.correlations {
                let value = correlation.expect?.value { expression in
                    EventFilter.withoutExecution(expression, .null) ?? .null
                }
                if let value { expected[filter.pointer, default: [:]][correlation.name] = EventFilter.key(value) }
            }
        }
        return expected
    }

    /// Under which key an event waits: what ties it to others, when all filters are tied by the same names.
    private static func key(_ event: JSON, _ strategy: EventStrategy) -> String {
        let filters = strategy.filters + (strategy.stops?.filters ?? [])
        let names = Set(filters.map { Set($0.correlations.map(\.name)) })
        guard names.count == 1, names.first?.isEmpty == false else { return "" }
        for filter in filters where filter.fits(event, EventFilter.withoutExecution) {
            if let keys = filter.keys(of: event, EventFilter.withoutExecution) {
                return EventKey.text(keys) ?? ""
            }
        }
        return ""
    }

    private static func groups(_ bytes: [UInt8]) -> [Group] {
        guard let list = (try? JSON(parsing: bytes))?.array else { return [] }
        return list.compactMap { json in
            guard let gathering = json["gathering"].flatMap(EventGathering.init(json:)) else { return nil }
            return Group(gathering: gathering, digests: json["events"]?.array?.compactMap(\.string) ?? [])
        }
    }

    private static func bytes(_ groups: [Group]) -> [UInt8] {
        JSON.array(
            groups.map { ["gathering": $0.gathering.json, "events": .array($0.digests.map(JSON.string))] }
        ).bytes()
    }
}
