/// What identifies an evaluation.
struct EvaluationKey: Sendable, Hashable {
    var tenant: String
    var id: String
}
