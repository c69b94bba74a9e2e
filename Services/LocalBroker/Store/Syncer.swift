import CEpoll
import Glibc
import Synchronization

/// Makes writes durable on a thread of its own: whatever gathers while one sync runs shares the next.
final class Syncer: Sendable {
    /// Files and folders to sync and what is durable then.
    struct Work: Sendable {
        var files: [StoreFile] = []
        var folders: [String] = []
        var tickets: [DurabilityTicket] = []

        var isEmpty: Bool { tickets.isEmpty }
    }

    /// What became of work: `error` is nil if it is durable.
    struct Outcome: Sendable {
        var tickets: [DurabilityTicket]
        var error: StoreError?
    }

    private struct State: Sendable {
        var waiting: [Work] = []
        var done: [Outcome] = []
        var isStopping = false
    }

    private let state = Mutex(State())
    private let wake: Int32
    /// Readable when there are outcomes.
    let signal: Int32

    init() {
        wake = eventfd(0, Int32(EFD_CLOEXEC))
        signal = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    }

    deinit {
        close(wake)
        close(signal)
    }

    func submit(_ work: Work) {
        state.withLock { $0.waiting.append(work) }
        eventfd_write(wake, 1)
    }

    /// Outcomes since the last call, in the order of the work.
    func outcomes() -> [Outcome] {
        var count: eventfd_t = 0
        eventfd_read(signal, &count)
        return state.withLock { state in
            defer { state.done = [] }
            return state.done
        }
    }

    /// Lets `run` return once all work is done.
    func stop() {
        state.withLock { $0.isStopping = true }
        eventfd_write(wake, 1)
    }

    /// The thread's body.
    func run() {
        while true {
            var count: eventfd_t = 0
            eventfd_read(wake, &count)
            let (batch, isStopping) = state.withLock { state in
                defer { state.waiting = [] }
                return (state.waiting, state.isStopping)
            }
            if !batch.isEmpty {
                let outcome = perform(batch)
                state.withLock { $0.done.append(outcome) }
                eventfd_write(signal, 1)
            } else if isStopping {
                return
            }
        }
    }

    /// A folder that is gone belonged to a topic that was deleted meanwhile.
    private func syncFolder(_ path: String) throws(StoreError) {
        do throws(StoreError) { try Disk.syncFolder(path) } catch  where error.code == ENOENT {}
    }

    private func perform(_ batch: [Work]) -> Outcome {
        var outcome = Outcome(tickets: batch.flatMap(\.tickets), error: nil)
        var files: [ObjectIdentifier: StoreFile] = [:]
        for file in batch.lazy.flatMap(\.files) { files[ObjectIdentifier(file)] = file }
        do throws(StoreError) {
            for file in files.values { try file.sync() }
            for folder in Set(batch.flatMap(\.folders)) { try syncFolder(folder) }
        } catch {
            outcome.error = error
        }
        return outcome
    }
}
