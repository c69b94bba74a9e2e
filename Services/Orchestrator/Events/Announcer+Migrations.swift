import Contracts
import Core
import Engine
import Messaging
import OrchestratorDomain

/// What migrations tell; their ids follow from the migration and its step.
extension Announcer {
    /// A migration has come further, or was refused.
    func progressed(
        _ row: MigrationStore.Row, items: [OrchestratorV1.MigrationItem], rejection: Rejection? = nil, now: Instant
    ) -> Outbound {
        let job = row.job
        let body = OrchestratorV1.MigrationProgressed(
            migrationID: row.id, step: job.step, status: rejection == nil ? job.phase.rawValue : "rejected",
            from: CoreV1.DefinitionReference(row.from), toVersion: row.toVersion, safe: job.safe,
            needsMapping: job.needsMapping, impossible: job.impossible, migrated: job.migrated, left: job.left,
            items: items, rejection: rejection.map { CoreV1.Rejection($0) }, timeUs: now.microseconds)
        let envelope = Envelope(
            id: "\(row.id)/\(job.step)", type: "", source: Self.source, time: now, tenant: row.tenant,
            correlationID: row.id, causationID: row.id, traceparent: row.traceparent)
        return Outbound(topic: Topic.orchestratorEvents, key: row.id, envelope: envelope, message: body)
    }
}

extension OrchestratorV1.MigrationItem {
    /// An execution as it was classified.
    init(_ executionID: String, _ verdict: MigrationVerdict, migrated: Bool = false) {
        self.init(
            executionID: executionID, class: verdict.class.rawValue,
            findings: verdict.findings.map { finding in
                OrchestratorV1.MigrationFinding(
                    task: finding.task, reason: finding.reason, suggestion: finding.suggestion ?? "")
            }, migrated: migrated)
    }
}
