import CPostgres
import Glibc
import Synchronization

/// Lets another thread stop the statement that a connection is running, and no later one.
final class StatementCancel: Sendable {
    private struct State {
        /// Bits of the libpq handle; a bare pointer is not Sendable.
        var handle: UInt?
        var isCancelled = false
    }

    private let state: Mutex<State>

    /// Takes the handle over.
    init(_ handle: OpaquePointer?) { state = Mutex(State(handle: handle.map { UInt(bitPattern: $0) })) }

    /// Whether `cancel` came before the statement ended.
    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Asks the server to stop the statement. Returns at once: libpq's call blocks, so it has a thread for its moment,
    /// and the lock it holds keeps `finish` from returning under it. So the next statement is never hit.
    func cancel() {
        let box = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let failed = pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<StatementCancel>.fromOpaque(argument!).takeRetainedValue().cancelNow()
                return nil
            }, box.toOpaque())
        if failed == 0 { pthread_detach(thread) } else { box.release() }
    }

    private func cancelNow() {
        state.withLock { state in
            guard let handle = state.handle.flatMap({ OpaquePointer(bitPattern: $0) }) else { return }
            state.isCancelled = true
            var reason = [CChar](repeating: 0, count: 256)
            _ = PQcancel(handle, &reason, Int32(reason.count))
        }
    }

    /// The statement is over: from here on `cancel` does nothing.
    func finish() {
        state.withLock { state in
            state.handle.flatMap { OpaquePointer(bitPattern: $0) }.map { PQfreeCancel($0) }
            state.handle = nil
        }
    }
}
