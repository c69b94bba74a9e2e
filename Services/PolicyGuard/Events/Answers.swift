import Contracts
import Core
import Messaging
import PolicyGuardDomain

/// Makes the messages that answer commands. Their ids tell what was asked, so a repetition is recognised as one.
enum Answers {
    static let source = "cadenza/policy"

    static func verdict(_ row: VerdictRow, to asked: PolicyV1.EvaluatePolicy, _ envelope: Envelope, at now: Instant)
        -> Outbound
    {
        let verdict = row.verdict
        let message = PolicyV1.VerdictGiven(
            evaluationID: asked.evaluationID, executionID: asked.executionID, attempt: asked.attempt,
            policy: verdict.policy,
            version: verdict.version.description, outcome: PolicyV1.Outcome(verdict.outcome), risk: Int32(verdict.risk),
            rules: verdict.rules.map(PolicyV1.RuleResult.init), verdict: CoreV1.Payload(json: verdict.json),
            givenUs: row.givenAt.microseconds, policyDigest: row.policyDigest)
        let id = "\(asked.evaluationID)/\(asked.attempt)/verdict"
        return outbound(id, message, key: asked.executionID, answering: envelope, at: now)
    }

    static func failure(
        _ rejection: Rejection, to asked: PolicyV1.EvaluatePolicy, _ envelope: Envelope, at now: Instant
    ) -> Outbound {
        let message = PolicyV1.EvaluationFailed(
            evaluationID: asked.evaluationID, executionID: asked.executionID, attempt: asked.attempt,
            policy: asked.policy,
            rejection: CoreV1.Rejection(rejection))
        let id = "\(asked.evaluationID)/\(asked.attempt)/failed"
        return outbound(id, message, key: asked.executionID, answering: envelope, at: now)
    }

    static func registered(
        _ row: PolicyRow, to asked: PolicyV1.RegisterPolicy, _ envelope: Envelope, at now: Instant
    ) -> Outbound {
        let message = PolicyV1.PolicyRegistered(
            commandID: asked.commandID, name: row.key.name, version: row.version.description, digest: row.digest)
        return outbound(
            "\(asked.commandID)/registered", message, key: "\(row.key.tenant)/\(row.key.name)", answering: envelope,
            at: now)
    }

    static func published(
        _ row: PolicyRow, document: CoreV1.Payload?, _ envelope: Envelope, at now: Instant
    ) -> Outbound {
        let message = PolicyV1.PolicyPublished(
            name: row.key.name, version: row.version.description, digest: row.digest, document: document)
        let key = "\(row.key.tenant)/\(row.key.name)/\(row.version)"
        return outbound("\(key)/published", message, topic: .policies, key: key, answering: envelope, at: now)
    }

    static func rejected(
        _ rejection: Rejection, to asked: PolicyV1.RegisterPolicy, _ envelope: Envelope, at now: Instant
    ) -> Outbound {
        let message = PolicyV1.PolicyRejected(
            commandID: asked.commandID, name: asked.name, version: asked.version, rejection: CoreV1.Rejection(rejection)
        )
        return outbound(
            "\(asked.commandID)/rejected", message, key: "\(envelope.tenant)/\(asked.name)", answering: envelope,
            at: now)
    }
}

extension PolicyV1.Outcome {
    init(_ outcome: Outcome) {
        switch outcome {
        case .allow: self = .allow
        case .review: self = .review
        case .deny: self = .deny
        }
    }
}

extension PolicyV1.RuleResult {
    init(_ result: PolicyGuardDomain.RuleResult) {
        self.init(
            id: result.id, fired: result.fired, outcome: PolicyV1.Outcome(result.outcome), reason: result.reason,
            risk: Int32(result.risk))
    }
}
