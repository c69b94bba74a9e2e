public import Core

/// What is asked of people, as it came in or with the defaults filled in (`completed`).
public struct ApprovalRequest: Sendable, Hashable {
    /// The approval's id: the task id of the waiting task.
    public var id: String
    /// The execution that waits.
    public var executionID: String
    /// JSON pointer of the waiting task.
    public var task: String
    /// Which try of the task asks; a higher one opens a new round.
    public var attempt: Int
    /// One line for the approver.
    public var title: String
    /// What the approver is shown and signs.
    public var subject: Subject
    /// Who may decide; none: anyone with the right to approve.
    public var approvers: [String]
    /// Distinct approvals that are needed; 0 means 1.
    public var quorum: Int
    /// Time to decide; zero means 7 days.
    public var sla: Duration
    /// Time to the first reminder and between reminders; zero means half of the SLA.
    public var remindEvery: Duration
    /// What the approver is to check, line by line.
    public var checklist: [String]

    /// A request with its members.
    public init(
        id: String, executionID: String, task: String = "", attempt: Int = 1, title: String, subject: Subject,
        approvers: [String] = [], quorum: Int = 0, sla: Duration = .zero, remindEvery: Duration = .zero,
        checklist: [String] = []
    ) {
        self.id = id
        self.executionID = executionID
        self.task = task
        self.attempt = attempt
        self.title = title
        self.subject = subject
        self.approvers = approvers
        self.quorum = quorum
        self.sla = sla
        self.remindEvery = remindEvery
        self.checklist = checklist
    }
}

extension ApprovalRequest {
    /// The SLA when none is given.
    public static let defaultSLA = Duration.seconds(7 * 86_400)
    /// No longer SLA is taken, so that no arithmetic can overflow.
    public static let longestSLA = Duration.seconds(3660 * 86_400)
    /// No shorter interval between reminders is taken.
    public static let shortestReminder = Duration.seconds(1)

    /// The same request with the defaults filled in.
    public var completed: ApprovalRequest {
        var request = self
        if quorum == 0 { request.quorum = 1 }
        if sla == .zero { request.sla = Self.defaultSLA }
        if remindEvery == .zero { request.remindEvery = .microseconds(max(1, request.sla.wholeMicroseconds / 2)) }
        return request
    }

    /// Why the request cannot be taken, or nil.
    public var fault: Rejection? {
        if id.isEmpty { return refusal("approval_id is empty; expected the id of the waiting task") }
        if executionID.isEmpty { return refusal("execution_id is empty; expected the id of the waiting execution") }
        if attempt < 0 { return refusal("attempt is \(attempt); expected 0 or more") }
        if subject.digest.isEmpty { return refusal("subject is not JSON; expected a JSON value or a blob") }
        if quorum < 0 { return refusal("quorum is \(quorum); expected 0 or more") }
        if sla < .zero || sla > Self.longestSLA { return refusal("sla is \(sla); expected up to 10 years") }
        if remindEvery != .zero, remindEvery < Self.shortestReminder {
            return refusal("remind_every is \(remindEvery); expected 1 s or more")
        }
        let readable = approvers.compactMap(Approver.init)
        if readable.count != approvers.count {
            return refusal("an approver has no name; expected user:NAME, role:NAME or NAME")
        }
        let people = Set(readable.map(\.soleActor))
        if !approvers.isEmpty, !people.contains(nil), people.count < quorum {
            return refusal(
                "quorum is \(quorum) but only \(people.count) people may decide; expected a quorum to be possible")
        }
        return nil
    }

    private func refusal(_ reason: String) -> Rejection { Rejection(.invalid, .malformedRequest, reason) }
}

extension Approver {
    /// The one person meant, or nil when it can be several.
    fileprivate var soleActor: String? { if case .user(let name) = self { name } else { nil } }
}
