/// A request that is answered once all it wrote is durable.
final class PendingWrite {
    /// How many owners are still to report.
    var remaining = 0
    private let finish: (_ failed: Set<DurabilityTicket.Owner>) -> Void
    private var failed: Set<DurabilityTicket.Owner> = []

    init(finish: @escaping (_ failed: Set<DurabilityTicket.Owner>) -> Void) { self.finish = finish }

    /// One owner is durable, or never will be.
    func report(_ owner: DurabilityTicket.Owner, failed isFailed: Bool) {
        if isFailed { failed.insert(owner) }
        remaining -= 1
        if remaining == 0 { finish(failed) }
    }

    /// Answers at once if there was nothing to wait for.
    func finishIfIdle() { if remaining == 0 { finish(failed) } }
}
