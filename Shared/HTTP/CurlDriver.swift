import CCurl
import Glibc
import Synchronization

/// The thread that drives a multi handle.
final class CurlDriver: Sendable {
    private enum Command {
        case begin(CurlTransfer)
        case cancel(CurlTransfer)
    }

    private struct State {
        var commands: [Command] = []
        var isRunning = false
        var isClosed = false
    }

    private let configuration: HTTPClientConfiguration
    private let state = Mutex(State())
    private let sockets: CurlSockets

    init(_ configuration: HTTPClientConfiguration) {
        self.configuration = configuration
        _ = Self.globalSetUp
        sockets = CurlSockets()
        curlx_multi_set_long(sockets.multi, CURLMOPT_MAX_HOST_CONNECTIONS, configuration.maxConnectionsPerHost)
        let open = max(configuration.maxOpenConnections, configuration.maxConnectionsPerHost)
        curlx_multi_set_long(sockets.multi, CURLMOPT_MAXCONNECTS, open)
    }

    /// Once a process, before any thread of ours uses the library.
    private static let globalSetUp = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    func begin(_ transfer: CurlTransfer) {
        if !enqueue(.begin(transfer)) { transfer.fail(.closed) }
    }

    func cancel(_ transfer: CurlTransfer) { _ = enqueue(.cancel(transfer)) }

    func close() {
        let isRunning = state.withLock { state in
            state.isClosed = true
            return state.isRunning
        }
        if isRunning { sockets.wake() }
    }

    private func enqueue(_ command: Command) -> Bool {
        enum Next { case nothing, start, wake, closed }
        let next: Next = state.withLock { state in
            if state.isClosed { return .closed }
            defer { state.isRunning = true }
            state.commands.append(command)
            // Who put the first one there wakes the thread.
            return !state.isRunning ? .start : state.commands.count == 1 ? .wake : .nothing
        }
        // Outside of the lock, which the thread takes next.
        switch next {
        case .nothing: break
        case .start: start()
        case .wake: sockets.wake()
        case .closed: return false
        }
        return true
    }

    private func start() {
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { context in
                Unmanaged<CurlDriver>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(failure == 0, "cannot start a thread")
        pthread_detach(thread)
    }

    private func run() {
        var active: [ObjectIdentifier: CurlTransfer] = [:]
        var lines = TransferLines<CurlTransfer>(limit: configuration.maxConnectionsPerHost)
        while true {
            let (commands, isClosed) = state.withLock { state in
                defer { state.commands = [] }
                return (state.commands, state.isClosed)
            }
            for command in commands { perform(command, &active, &lines) }
            if isClosed { break }
            for transfer in lines.takeOverdue(at: .now) { transfer.failUnsent() }
            sockets.turn(atMost: Self.pause(until: lines.nextLook))
            collect(&active, &lines)
        }
        for transfer in lines.takeOverdue(at: nil) { transfer.fail(.closed) }
        for transfer in active.values {
            remove(transfer)
            transfer.fail(.closed)
        }
    }

    /// How long to wait for something to happen: so many transfers may be overdue at once that they are looked for now
    /// and then only.
    private static func pause(until look: ContinuousClock.Instant?) -> Duration {
        guard let look else { return .seconds(1) }
        return min(.seconds(1), max(.milliseconds(10), look - .now))
    }

    private func perform(
        _ command: Command, _ active: inout [ObjectIdentifier: CurlTransfer], _ lines: inout TransferLines<CurlTransfer>
    ) {
        switch command {
        case .begin(let transfer) where transfer.isCancelled:
            transfer.fail(.cancelled)
        case .begin(let transfer):
            if lines.admit(transfer) { begin(transfer, &active, &lines) }
        case .cancel(let transfer):
            transfer.isCancelled = true
            transfer.fail(.cancelled)
            if active[ObjectIdentifier(transfer)] != nil { end(transfer, &active, &lines) }
        }
    }

    /// Begins one that has its turn.
    private func begin(
        _ first: CurlTransfer, _ active: inout [ObjectIdentifier: CurlTransfer],
        _ lines: inout TransferLines<CurlTransfer>
    ) {
        var next: CurlTransfer? = first
        while let transfer = next {
            if transfer.open(configuration), curl_multi_add_handle(sockets.multi, transfer.handle) == CURLM_OK {
                active[ObjectIdentifier(transfer)] = transfer
                return
            }
            transfer.dispose()
            transfer.fail(.broken, "out of memory")
            next = lines.end(at: transfer.place)
        }
    }

    /// Frees one that has begun; the next one to its place begins.
    private func end(
        _ transfer: CurlTransfer, _ active: inout [ObjectIdentifier: CurlTransfer],
        _ lines: inout TransferLines<CurlTransfer>
    ) {
        active[ObjectIdentifier(transfer)] = nil
        remove(transfer)
        if let next = lines.end(at: transfer.place) { begin(next, &active, &lines) }
    }

    private func collect(
        _ active: inout [ObjectIdentifier: CurlTransfer], _ lines: inout TransferLines<CurlTransfer>
    ) {
        var left: Int32 = 0
        while let message = curl_multi_info_read(sockets.multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            let code = curlx_message_result(message)
            var context: UnsafeMutableRawPointer?
            curlx_get_pointer(message.pointee.easy_handle, CURLINFO_PRIVATE, &context)
            guard let context else { continue }
            let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
            transfer.complete(code)
            end(transfer, &active, &lines)
        }
    }

    private func remove(_ transfer: CurlTransfer) {
        curl_multi_remove_handle(sockets.multi, transfer.handle)
        transfer.dispose()
    }
}
