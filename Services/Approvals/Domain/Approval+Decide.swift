public import Core

extension Approval {
    /// What a command does to an approval (nil: there is none of this id yet). Pure; `now` is the moment it is taken.
    public static func decide(_ approval: Approval?, _ command: ApprovalCommand, now: Instant) -> ApprovalReply {
        switch command {
        case .request(let request): open(approval, request, now: now)
        case .decide(let decision): vote(approval, decision, now: now)
        case .withdraw(let reason): withdraw(approval, reason: reason, now: now)
        case .fireTimer: fire(approval, now: now)
        }
    }

    private static func open(_ approval: Approval?, _ request: ApprovalRequest, now: Instant) -> ApprovalReply {
        // A repeated request is checked for being a repetition first: it changes nothing, whatever it says.
        if let approval, request.attempt <= approval.request.attempt { return .accepted([]) }
        if let fault = request.fault { return .rejected(fault) }
        return .accepted([.requested(request.completed, at: now)])
    }

    private static func vote(_ approval: Approval?, _ decision: DecisionCommand, now: Instant) -> ApprovalReply {
        if let fault = decision.fault { return .rejected(fault) }
        guard let approval, let choice = decision.choice else {
            return .rejected(Rejection(.notFound, .unknownApproval, "there is no such approval"))
        }
        if approval.votes.contains(where: { $0.commandID == decision.commandID }) { return .accepted([]) }
        if let refusal = approval.refusal(of: decision, now: now) { return .rejected(refusal) }
        let vote = Vote(
            commandID: decision.commandID, actor: decision.actor.name, choice: choice, comment: decision.comment,
            at: now)
        // One actor votes once, and a rejection ends the round: so the votes so far are distinct approvals.
        let closes = choice == .rejected || approval.votes.count + 1 >= approval.request.quorum
        return .accepted([closes ? .decided(vote) : .recorded(vote)])
    }

    private func refusal(of decision: DecisionCommand, now: Instant) -> Rejection? {
        switch state {
        case .pending: break
        case .decided(let vote):
            return Rejection(.conflict, .approvalClosed, "it was already \(vote.choice.rawValue) at \(vote.at)")
        case .expired(let time): return Rejection(.conflict, .approvalClosed, "it expired at \(time)")
        case .withdrawn(_, let time): return Rejection(.conflict, .approvalClosed, "it was withdrawn at \(time)")
        }
        if now >= dueAt { return Rejection(.conflict, .decisionTooLate, "the time to decide ended at \(dueAt)") }
        let approvers = request.approvers.compactMap(Approver.init)
        guard approvers.isEmpty || approvers.contains(where: { $0.admits(decision.actor) }) else {
            return Rejection(.forbidden, .notEntitled, "the actor is not one of the approvers")
        }
        if votes.contains(where: { $0.actor == decision.actor.name }) {
            return Rejection(.conflict, .decidedTwice, "this actor has decided already; expected another approver")
        }
        guard decision.subjectDigest.isEmpty || decision.subjectDigest == request.subject.digest else {
            return Rejection(
                .conflict, .subjectChanged, "what was signed is not what is asked now; expected its digest")
        }
        return nil
    }

    private static func withdraw(_ approval: Approval?, reason: String, now: Instant) -> ApprovalReply {
        guard let approval, case .pending = approval.state else { return .accepted([]) }
        return .accepted([.withdrawn(reason: reason, at: now)])
    }

    private static func fire(_ approval: Approval?, now: Instant) -> ApprovalReply {
        guard let approval, case .pending(let reminders) = approval.state else { return .accepted([]) }
        if now >= approval.dueAt { return .accepted([.expired(at: now)]) }
        guard let due = reminders.next, now >= due else { return .accepted([]) }
        let next = approval.reminder(after: now)
        return .accepted([.reminded(count: reminders.count + 1, at: now, next: next)])
    }

    /// The first reminder later than `now`, on the round's own grid: after a standstill one is given, not many.
    private func reminder(after now: Instant) -> Instant? {
        let step = request.remindEvery.wholeMicroseconds
        let passed = (now - requestedAt).wholeMicroseconds / step
        let next = requestedAt + .microseconds((passed + 1) * step)
        return next < dueAt ? next : nil
    }
}

extension DecisionCommand {
    /// Why the decision cannot be read, or nil.
    fileprivate var fault: Rejection? {
        if commandID.isEmpty { return refusal("command_id is empty; expected an id of the client's own") }
        if choice == nil { return refusal("decision is unspecified; expected approved or rejected") }
        if actor.name.isEmpty { return refusal("actor is empty; expected who decides") }
        if comment.count > Self.longestComment {
            return refusal("the comment has \(comment.count) characters; expected up to \(Self.longestComment)")
        }
        return nil
    }

    private func refusal(_ reason: String) -> Rejection { Rejection(.invalid, .malformedDecision, reason) }
}
