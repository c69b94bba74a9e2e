public import Core

extension CoreV1.Rejection {
    /// The message of a refusal.
    public init(_ rejection: Core.Rejection) {
        let kind: CoreV1.RejectionKind =
            switch rejection.kind {
            case .invalid: .invalid
            case .notFound: .notFound
            case .conflict: .conflict
            case .forbidden: .forbidden
            case .exhausted: .exhausted
            }
        self.init(kind: kind, code: rejection.code.rawValue, reason: rejection.reason)
    }
}

extension Core.Rejection {
    /// The refusal of a message; a kind that this version does not know is a conflict.
    public init(_ rejection: CoreV1.Rejection) {
        let kind: Core.Rejection.Kind =
            switch rejection.kind {
            case .invalid: .invalid
            case .notFound: .notFound
            case .conflict, .unspecified, .unrecognized: .conflict
            case .forbidden: .forbidden
            case .exhausted: .exhausted
            }
        self.init(kind, ErrorCode(rawValue: rejection.code), rejection.reason)
    }
}
