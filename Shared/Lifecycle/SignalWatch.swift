import Glibc
import Synchronization

/// Catches signals for as long as it is not ended; then their default actions are back.
///
/// The handler only writes the signal's number to a pipe. A thread of its own reads the pipe, so nothing of Swift's
/// runtime runs in the handler and no isolation is inherited from whoever calls.
final class SignalWatch: Sendable {
    private let signals: [Int32]
    private let stream: AsyncStream<Int32>
    private let continuation: AsyncStream<Int32>.Continuation
    private let id: Int

    init(_ signals: [Int32]) {
        self.signals = signals
        (stream, continuation) = AsyncStream.makeStream()
        id = SignalHub.shared.add(signals, continuation)
    }

    /// The next signal; `.nothing` when the watch has ended or the task is cancelled.
    func next() async -> Occurrence {
        for await signal in stream { return .signal(signal) }
        return .nothing
    }

    func end() {
        SignalHub.shared.remove(id)
        continuation.finish()
    }
}

/// The process's one pipe for signals.
private final class SignalHub: Sendable {
    static let shared = SignalHub()

    private struct Watcher {
        let signals: [Int32]
        let continuation: AsyncStream<Int32>.Continuation
    }

    private struct State {
        var next = 0
        var watchers: [Int: Watcher] = [:]
    }

    private let state = Mutex(State())

    private init() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "no pipe for signals")
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // A full pipe must not block the handler; the signals in it suffice.
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        signalPipe.store(ends[1], ordering: .releasing)
        let reader = ends[0]
        Thread.start(name: "signals") { SignalHub.shared.forward(from: reader) }
    }

    func add(_ signals: [Int32], _ continuation: AsyncStream<Int32>.Continuation) -> Int {
        state.withLock { state in
            state.next += 1
            state.watchers[state.next] = Watcher(signals: signals, continuation: continuation)
            for signal in signals { install(signal) }
            return state.next
        }
    }

    func remove(_ id: Int) {
        state.withLock { state in
            guard let watcher = state.watchers.removeValue(forKey: id) else { return }
            let watched = Set(state.watchers.values.flatMap(\.signals))
            for signal in watcher.signals where !watched.contains(signal) { Glibc.signal(signal, SIG_DFL) }
        }
    }

    private func install(_ signal: Int32) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { number in
            let saved = errno
            var byte = UInt8(truncatingIfNeeded: number)
            _ = write(signalPipe.load(ordering: .acquiring), &byte, 1)
            errno = saved
        }
        action.sa_flags = SA_RESTART
        sigaction(signal, &action, nil)
    }

    private func forward(from reader: Int32) {
        var byte: UInt8 = 0
        while true {
            let count = read(reader, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return }
            let number = Int32(byte)
            for watcher in state.withLock({ $0.watchers.values.filter { $0.signals.contains(number) } }) {
                watcher.continuation.yield(number)
            }
        }
    }
}

/// The writing end; file-wide because a handler can capture nothing. Touched by `SignalHub.init` before any handler is
/// installed, so the handler never runs its initialiser.
private let signalPipe = Atomic<Int32>(-1)
