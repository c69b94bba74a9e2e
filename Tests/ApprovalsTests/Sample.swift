import Contracts
import Core

/// Commands as the orchestrator and the gateway send them.
enum Sample {
    /// SHA-256 of `{"amount":5,"claim":"7"}`.
    static let digest = "5fb27f1c3428b64508aa92bc2fd7e9de8b7908914547da8baaf906eff843f8b5"

    static func request(_ id: String, quorum: Int32 = 1) -> ApprovalsV1.RequestApproval {
        ApprovalsV1.RequestApproval(
            approvalID: id, executionID: "e", task: "/do/3/ask", attempt: 1, title: "Pay?",
            subject: CoreV1.Payload(json: ["claim": "7", "amount": 5]), approvers: ["user:ann", "user:bob"],
            quorum: quorum, slaUs: 100_000_000, checklist: ["look"])
    }

    static func decision(
        _ id: String, _ command: String, _ decision: ApprovalsV1.Decision = .approved, by actor: String
    ) -> ApprovalsV1.DecideApproval {
        ApprovalsV1.DecideApproval(
            commandID: command, approvalID: id, decision: decision, comment: "seen", actor: actor, subjectDigest: digest
        )
    }
}
