import CEpoll
import Glibc
import Synchronization

/// Does what takes long and is not urgent, on a thread of its own: compaction, and removing deleted topics.
final class Janitor: Sendable {
    /// Something to do.
    enum Chore: Sendable {
        case emptyTrash(String)
        case compact(Compaction)
    }

    private struct State: Sendable {
        var waiting: [Chore] = []
        var done: [Compaction.Outcome] = []
        var isStopping = false
    }

    private let state = Mutex(State())
    private let wake: Int32
    /// Readable when a chore is done.
    let signal: Int32

    init() {
        wake = eventfd(0, Int32(EFD_CLOEXEC))
        signal = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    }

    deinit {
        close(wake)
        close(signal)
    }

    func submit(_ chores: [Chore]) {
        guard !chores.isEmpty else { return }
        state.withLock { $0.waiting += chores }
        eventfd_write(wake, 1)
    }

    /// Outcomes since the last call.
    func outcomes() -> [Compaction.Outcome] {
        var count: eventfd_t = 0
        eventfd_read(signal, &count)
        return state.withLock { state in
            defer { state.done = [] }
            return state.done
        }
    }

    /// Lets `run` return after the chore in hand; what waits is found again by the next start.
    func stop() {
        state.withLock { $0.isStopping = true }
        eventfd_write(wake, 1)
    }

    /// The thread's body.
    func run() {
        while true {
            let (chore, isStopping) = state.withLock { state in
                (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), state.isStopping)
            }
            if isStopping { return }
            guard let chore else {
                var count: eventfd_t = 0
                eventfd_read(wake, &count)
                continue
            }
            perform(chore)
        }
    }

    private func perform(_ chore: Chore) {
        switch chore {
        case .emptyTrash(let folder):
            // A topic that cannot be removed now is tried again with the next.
            for name in (try? Disk.names(in: folder)) ?? [] { try? Disk.removeTree(folder + "/" + name) }
        case .compact(let compaction):
            let outcome = compaction.run()
            state.withLock { $0.done.append(outcome) }
        }
        eventfd_write(signal, 1)
    }
}
