/// Something that lives as long as the process, or nearly: it starts nothing before `run` is called.
public protocol Service: Sendable {
    /// Runs until its work is done or `shutdown` is requested; then it drains and returns. When the task is cancelled
    /// it returns, or throws, at once. Throwing means that the process cannot do its job.
    func run(_ shutdown: Shutdown) async throws
}
