public import Core

/// How somebody outside answered for a task.
public enum TaskOutcome: Sendable, Hashable {
    /// With an output.
    case completed(JSON)
    /// With an error.
    case failed(Fault)

    /// A person's decision.
    public static func decided(
        _ decision: String, actor: String, comment: String, at moment: Instant
    ) -> TaskOutcome {
        .completed([
            "decision": .string(decision), "actor": .string(actor), "comment": .string(comment),
            "decidedAt": .string(moment.description),
        ])
    }

    /// Nobody decided in time.
    public static func expired(at moment: Instant) -> TaskOutcome {
        .failed(
            Fault(
                type: "https://cadenza.dev/errors/approval-expired", status: 408, title: "approval-expired",
                detail: "nobody decided before \(moment)"))
    }

    /// The service that was asked refused.
    public static func refused(_ rejection: Rejection) -> TaskOutcome {
        let standard: Fault.Standard =
            switch rejection.kind {
            case .invalid: .validation
            case .notFound: .configuration
            case .forbidden: .authorization
            case .conflict, .exhausted: .runtime
            }
        return .failed(
            Fault(standard, title: rejection.code.rawValue, detail: rejection.reason))
    }
}
