import CEpoll
import Glibc
import Synchronization

/// Makes the logs durable that a full segment of the journal speaks for, on a thread of its own: rounds go on meanwhile.
final class Checkpointer: Sendable {
    private let journal: Journal
    private let report: @Sendable (Syncer.Outcome) -> Void
    private let isStopping = Atomic<Bool>(false)

    /// `report` is told of logs that could not be made durable.
    init(_ journal: Journal, report: @escaping @Sendable (Syncer.Outcome) -> Void) {
        (self.journal, self.report) = (journal, report)
    }

    /// Lets `run` return once all that is full is settled.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        eventfd_write(journal.signal, 1)
    }

    /// The thread's body.
    func run() {
        while true {
            if settle() { continue }
            if isStopping.load(ordering: .acquiring) { return }
            var count: eventfd_t = 0
            eventfd_read(journal.signal, &count)
        }
    }

    /// Settles what is full, if anything is.
    func settle() -> Bool {
        guard let checkpoint = journal.nextCheckpoint() else { return false }
        var failed: [DurabilityTicket] = []
        var failure: StoreError?
        for (owner, file) in checkpoint.files where !file.isRemoved {
            do throws(StoreError) { try file.sync() } catch {
                failure = error
                failed.append(DurabilityTicket(owner: .partition(owner), end: 0))
            }
        }
        do throws(StoreError) { try journal.finish(checkpoint, isDurable: failure == nil) } catch { failure = error }
        if let failure { report(Syncer.Outcome(tickets: failed, error: failure)) }
        return true
    }
}
