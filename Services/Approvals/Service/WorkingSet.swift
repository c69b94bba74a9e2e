import ApprovalsDomain
import Core
import Messaging
import Postgres

/// The approvals that one transaction works on: loaded and locked, changed in memory, written back at the end.
struct WorkingSet {
    private var approvals: [ApprovalKey: StoredApproval]
    private var changed: [ApprovalKey] = []
    private var decisions: [DecisionRow] = []
    private var answered: [ApprovalKey: Set<String>]
    /// What is to be published, in order.
    private(set) var messages: [Outbound] = []
    let now: Instant

    init(_ approvals: [ApprovalKey: StoredApproval], answered: [ApprovalKey: Set<String>] = [:], now: Instant) {
        (self.approvals, self.answered, self.now) = (approvals, answered, now)
    }

    /// Decides a command and takes in what follows. A decision that was answered before is passed over.
    mutating func take(_ incoming: IncomingCommand) {
        let (key, found) = (incoming.key, approvals[incoming.key])
        if case .decide(let decision) = incoming.command, !decision.commandID.isEmpty {
            guard answered[key, default: []].insert(decision.commandID).inserted else { return }
        }
        switch Approval.decide(found?.approval, incoming.command, now: now) {
        case .accepted(let events):
            let trace = (incoming.envelope.correlationID ?? incoming.envelope.id, incoming.envelope.traceparent)
            for event in events { apply(event, to: key, cause: incoming.envelope.id, trace: trace) }
            if !events.isEmpty { note(incoming, found, refusal: nil) }
        case .rejected(let rejection):
            note(incoming, found, refusal: rejection.code)
            if let answer = Announcement.refusal(of: incoming, rejection, found, at: now) { messages.append(answer) }
        }
    }

    /// Fires the timers of all approvals, in the order of their keys.
    mutating func fireAll() {
        for key in approvals.keys.sorted() {
            guard case .accepted(let events) = Approval.decide(approvals[key]?.approval, .fireTimer, now: now) else {
                preconditionFailure("a timer is never refused")
            }
            for event in events { apply(event, to: key, cause: nil, trace: nil) }
            // Written even when nothing happened: a stale row would be found again and again.
            if events.isEmpty { changed.append(key) }
        }
    }

    /// Writes what changed, each table in one statement.
    func save(on connection: PostgresConnection) async throws {
        var seen: Set<ApprovalKey> = []
        let keys = changed.filter { seen.insert($0).inserted }
        let entries = keys.compactMap { key in approvals[key].map { (key: key, stored: $0) } }
        try await ApprovalTable.save(entries, on: connection)
        try await DecisionTable.insert(decisions, on: connection)
        try await TimerTable.set(entries.map { ($0.key, $0.stored.approval.nextTimer) }, on: connection)
    }

    private mutating func apply(
        _ event: ApprovalEvent, to key: ApprovalKey, cause: String?, trace: (correlationID: String, parent: String?)?
    ) {
        var stored: StoredApproval
        if let found = approvals[key] {
            stored = found
            stored.approval.apply(event)
        } else {
            stored = StoredApproval(approval: Approval(first: event))
        }
        // A round belongs to the trace of the request that opened it, whoever decides later.
        if case .requested = event, let trace { (stored.correlationID, stored.traceparent) = trace }
        approvals[key] = stored
        changed.append(key)
        messages.append(Announcement.of(event, key, stored, cause: cause, at: now))
    }

    private mutating func note(_ incoming: IncomingCommand, _ found: StoredApproval?, refusal: ErrorCode?) {
        guard case .decide(let decision) = incoming.command, !decision.commandID.isEmpty else { return }
        let request = found?.approval.request
        let signed = decision.subjectDigest.isEmpty ? request?.subject.digest : decision.subjectDigest
        decisions.append(
            DecisionRow(
                key: incoming.key, command: decision, attempt: request?.attempt ?? 0, subjectDigest: signed ?? "",
                decidedAt: now, refusal: refusal))
    }
}
