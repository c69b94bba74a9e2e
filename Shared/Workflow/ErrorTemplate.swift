/// An error to raise.
public struct ErrorTemplate: Sendable {
    /// The URI of its kind.
    public let type: Template
    /// Its status.
    public let status: Int
    /// Its sentence, if any.
    public let title: Template?
    /// What happened, if told.
    public let detail: Template?
    /// Where it happened, if told otherwise than by the task's pointer.
    public let instance: Template?
}
