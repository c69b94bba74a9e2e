import Contracts
import Core
import Kafka
import Messaging
import ProtoWire

/// People at their desks: they start executions, decide approvals and incidents; late, twice, and against each other.
///
/// Unchecked because all of it happens on the scheduler's thread.
final class People: @unchecked Sendable {
    private let scheduler: Scheduler
    private let sins: Sins
    private let broker: SimulatedBroker
    private let outside: Outside
    private let plan: Plan
    private var waiting: [Plan.Execution] = []
    private var policies: Set<String> = []
    private var seen: Set<String> = []
    private var sent = 0

    init(_ scheduler: Scheduler, _ sins: Sins, _ broker: SimulatedBroker, _ outside: Outside, _ plan: Plan) {
        (self.scheduler, self.sins, self.broker, self.outside) = (scheduler, sins, broker, outside)
        self.plan = plan
    }

    /// What people will say of a step: nobody answers in time, one of the two refuses, or both agree.
    static func verdict(on step: String) -> String {
        switch stableHash("verdict \(step)") % 8 {
        case 0: "expired"
        case 1, 2: "rejected"
        default: "approved"
        }
    }

    /// Registers what is to be run.
    func begin() {
        for tenant in plan.tenants {
            registerPolicy("1.0.0", limit: 500, outcome: "review", tenant)
            let later = Duration.milliseconds(scheduler.below(30_000))
            scheduler.after(later) { self.registerPolicy("1.1.0", limit: 100, outcome: "deny", tenant) }
        }
        for one in plan.executions {
            let reference = CoreV1.DefinitionReference(namespace: "sim", name: one.definition, version: "1.0.0")
            let document = one.steps.document(name: one.definition)
            let message = OrchestratorV1.RegisterDefinition(
                commandID: "register-\(one.id)", definition: reference, document: CoreV1.Payload(json: document),
                actor: "ann")
            send(message, .orchestratorCommands, key: "\(one.tenant)/sim/\(one.definition)", one.tenant)
        }
    }

    private func registerPolicy(_ version: String, limit: Int, outcome: String, _ tenant: String) {
        let document: JSON = [
            "name": "limit", "version": .string(version), "default": "allow",
            "rules": [
                ["id": "large", "when": .string(".amount > \(limit)"), "outcome": .string(outcome), "risk": 40]
            ],
        ]
        let message = PolicyV1.RegisterPolicy(
            commandID: "policy-\(version)", name: "limit", version: version, document: CoreV1.Payload(json: document),
            actor: "ann")
        send(message, .policyCommands, key: "\(tenant)/limit", tenant)
    }

    /// Reads along what the services publish.
    func read(_ record: Publication) throws {
        guard seen.insert("\(record.type) \(record.tenant) \(record.id)").inserted else { return }
        switch record.type {
        case OrchestratorV1.DefinitionRegistered.protoName:
            let registered = try OrchestratorV1.DefinitionRegistered(protoBytes: record.body)
            waiting += plan.executions.filter { "register-\($0.id)" == registered.commandID }
            start()
        case PolicyV1.PolicyRegistered.protoName:
            policies.insert(record.tenant)
            start()
        case ApprovalsV1.ApprovalRequested.protoName:
            try decide(ApprovalsV1.ApprovalRequested(protoBytes: record.body), record.tenant)
        case AgentsV1.IncidentRaised.protoName:
            let incident = try AgentsV1.IncidentRaised(protoBytes: record.body)
            // Long enough for whatever is still on its way.
            scheduler.after(.seconds(30)) { self.decide(incident, record.tenant) }
        default: break
        }
    }

    /// Starts what can be started; the crowd once all of it can.
    private func start() {
        let ready = waiting.filter { policies.contains($0.tenant) }
        let crowd = ready.filter(\.isInCrowd)
        let isWhole = crowd.count == plan.executions.filter(\.isInCrowd).count
        for one in ready where !one.isInCrowd { start(one, in: .milliseconds(scheduler.below(3000))) }
        waiting.removeAll { policies.contains($0.tenant) && (isWhole || !$0.isInCrowd) }
        guard isWhole, !crowd.isEmpty else { return }
        let later = Duration.milliseconds(scheduler.below(3000))
        for one in crowd { start(one, in: later) }
    }

    private func start(_ one: Plan.Execution, in delay: Duration) {
        let message = OrchestratorV1.StartExecution(
            executionID: one.id,
            definition: CoreV1.DefinitionReference(namespace: "sim", name: one.definition, version: "1.0.0"),
            input: CoreV1.Payload(json: ["id": .string(one.id), "log": []]), actor: "ann")
        scheduler.after(delay) { self.send(message, .orchestratorCommands, key: one.id, one.tenant) }
        guard one.isCancelled else { return }
        let cancel = OrchestratorV1.CancelExecution(executionID: one.id, reason: "not wanted any more", actor: "ann")
        scheduler.after(delay + .milliseconds(1 + scheduler.below(20))) {
            self.send(cancel, .orchestratorCommands, key: one.id, one.tenant)
        }
    }

    // MARK: - Approvals

    private func decide(_ asked: ApprovalsV1.ApprovalRequested, _ tenant: String) throws {
        let step = try asked.subject?.json()["step"]?.string ?? ""
        switch Self.verdict(on: step) {
        case "approved":
            vote(asked, .approved, "ann", 1, tenant)
            // Twice the same person is not two.
            vote(asked, .approved, "ann", 2, tenant)
            vote(asked, .approved, "bob", 3, tenant)
        case "rejected": vote(asked, .rejected, "bob", 1, tenant)
        default:
            vote(asked, .approved, "ann", 1, tenant, from: .seconds(255))
            vote(asked, .approved, "bob", 2, tenant, from: .seconds(255))
        }
        // After it is all over somebody still disagrees.
        vote(asked, .rejected, "cid", 9, tenant, from: .seconds(260))
    }

    private func vote(
        _ asked: ApprovalsV1.ApprovalRequested, _ decision: ApprovalsV1.Decision, _ actor: String, _ number: Int,
        _ tenant: String, from delay: Duration = .zero
    ) {
        var delay = delay + .milliseconds(scheduler.below(8000))
        if sins.strikes(.lateDecision, at: "approval") { delay += .milliseconds(scheduler.below(30_000)) }
        let message = ApprovalsV1.DecideApproval(
            commandID: "\(asked.approvalID)-\(number)", approvalID: asked.approvalID, decision: decision, actor: actor,
            subjectDigest: asked.subjectDigest)
        let times = sins.strikes(.repeatedDecision, at: "approval") ? 2 : 1
        for time in 0..<times {
            scheduler.after(delay + .seconds(time)) {
                self.send(message, .approvalsCommands, key: asked.approvalID, tenant)
            }
        }
    }

    // MARK: - Incidents

    /// Looks into the mailbox and says what is there.
    private func decide(_ incident: AgentsV1.IncidentRaised, _ tenant: String) {
        let step = outside.step(ofTask: incident.taskID)
        let wasSent = outside.mails[step] ?? 0 > 0
        let message = AgentsV1.DecideIncident(
            commandID: "decide-\(incident.incidentID)", incidentID: incident.incidentID, taskID: incident.taskID,
            decision: wasSent ? .done : .retry, result: CoreV1.Payload(json: ["sent": .string(Outside.sent(step))]),
            actor: "ann")
        let times = sins.strikes(.repeatedDecision, at: "incident") ? 2 : 1
        for time in 0..<times {
            scheduler.after(.seconds(time)) { self.send(message, .agentsCommands, key: incident.taskID, tenant) }
        }
    }

    private func send(_ message: some ProtoMessage, _ topic: Topic, key: String, _ tenant: String) {
        sent += 1
        let envelope = Envelope(
            id: "people-\(sent)", type: "", source: "cadenza/gateway", time: scheduler.instant, tenant: tenant)
        let outbound = Outbound(topic: topic, key: key, envelope: envelope, message: message)
        broker.publish(Publication.record(outbound))
        if sins.strikes(.duplicate, at: "people") { broker.publish(Publication.record(outbound)) }
    }
}
