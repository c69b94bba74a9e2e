import Contracts
import Core
import Lifecycle
import Messaging
import Postgres
import ProtoWire
import ServiceKit
import StateKeeperDomain
import Telemetry

/// Notices histories that lack events and tells people: nobody can say those again. What comes late after all closes
/// the incident.
struct HistoryGaps: Service {
    /// Gaps that one round takes in.
    private static let mostGaps = 1000

    let plan: AuditPlan
    let outbox: Outbox
    let telemetry: Telemetry

    /// Looks until `shutdown` is requested. A server that is away is waited for.
    func run(_ shutdown: Shutdown) async throws {
        while !(await shutdown.wait(atMost: plan.interval)) {
            do { try await look() } catch let error as any RetriableError where error.isRetriable {
                telemetry.logger.warning("the gaps cannot be looked for now", [.error: .string("\(error)")])
            }
        }
    }

    /// Looks once.
    func look() async throws {
        try await outbox.transaction { transaction in
            let connection = transaction.connection
            // Events of one execution may come by way of several processes, one of them late.
            let old = transaction.now - plan.patience * 2
            let waiting = try await GapTable.waiting(since: old, limit: Self.mostGaps, on: connection)
            try await raise(waiting, transaction)
            for gap in try await GapTable.removeFilled(on: connection) {
                let decided = AgentsV1.IncidentDecided(
                    incidentID: Self.incident(gap), executionID: gap.key.execution, decision: .answered,
                    decidedUs: transaction.now.microseconds)
                publish(decided, gap, "decided", transaction)
            }
        }
    }

    /// Takes in how the orchestrator says that executions stand, once all events have been taken that lay before.
    func take(_ messages: [Inbound], _ transaction: MessageTransaction) async throws {
        var gaps: [GapTable.Row] = []
        for message in messages {
            let standing = try message.decode(LivenessV1.ExecutionStanding.self)
            guard standing.inOrder, standing.sequence > 0 else { continue }
            let key = ExecutionKey(tenant: message.envelope.tenant, execution: standing.executionID)
            let last = try await LogTable.find(key, on: transaction.connection)?.log.lastSequence ?? 0
            if last < standing.sequence { gaps.append(GapTable.Row(key: key, missing: last + 1)) }
        }
        try await raise(gaps, transaction)
    }

    private func raise(_ gaps: [GapTable.Row], _ transaction: MessageTransaction) async throws {
        let new = try await GapTable.insert(gaps, now: transaction.now, on: transaction.connection)
        for gap in new {
            let raised = AgentsV1.IncidentRaised(
                incidentID: Self.incident(gap), executionID: gap.key.execution, code: "ST0004",
                detail: "the history lacks events from number \(gap.missing) on",
                dispatchedUs: transaction.now.microseconds, raisedUs: transaction.now.microseconds, cause: "history")
            publish(raised, gap, "raised", transaction)
        }
        guard !new.isEmpty else { return }
        transaction.afterCommit { [telemetry] in
            telemetry.metrics.counter(
                .lossesRaised, "What was lost and a person was told of.", labels: ["cause": "history"]
            ).increment(by: new.count)
            telemetry.logger.error(
                "histories lack events", [.code: "ST0004", .count: .integer(Int64(new.count))])
        }
    }

    private func publish(
        _ message: some ProtoMessage, _ gap: GapTable.Row, _ what: String, _ transaction: MessageTransaction
    ) {
        transaction.publish(
            message, to: .stateEvents, key: gap.key.execution,
            id: "\(Self.incident(gap))/\(gap.missing)/\(what)", tenant: gap.key.tenant)
    }

    /// The gateway raises one of this name too, when it is the first to notice.
    private static func incident(_ gap: GapTable.Row) -> String { "\(gap.key.execution):history" }
}
