import CMicrohttpd
import Core
import Glibc
import Synchronization

extension HTTPExchange {
    /// Queues the answer; on the library's thread.
    func send(_ response: HTTPResponse) -> MHD_Result {
        guard let prepared = prepare(response) else { return .NO }
        defer { MHD_destroy_response(prepared.pointer) }
        for field in response.headers.fields where !field.value.utf8.contains(where: { $0 == 10 || $0 == 13 }) {
            MHD_add_response_header(prepared.pointer, field.name, field.value)
        }
        if server.table.withLock({ $0.isDraining }), response.headers["connection"] == nil {
            MHD_add_response_header(prepared.pointer, "connection", "close")
        }
        return MHD_queue_response(connection, UInt32(prepared.status), prepared.pointer)
    }

    private func prepare(_ response: HTTPResponse) -> (pointer: OpaquePointer, status: Int)? {
        switch response.body {
        case .bytes(let bytes):
            let pointer = bytes.withUnsafeBytes {
                MHD_create_response_from_buffer(
                    $0.count, UnsafeMutableRawPointer(mutating: $0.baseAddress), .RESPMEM_MUST_COPY)
            }
            return pointer.map { ($0, response.status) }
        case .file(let path):
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            var status = stat()
            guard descriptor >= 0, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                if descriptor >= 0 { close(descriptor) }
                let empty = MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT)
                return empty.map { ($0, 404) }
            }
            // The response closes the descriptor.
            return MHD_create_response_from_fd(Int(status.st_size), descriptor).map { ($0, response.status) }
        case .stream(let stream):
            return prepare(stream).map { ($0, response.status) }
        }
    }

    private func prepare(_ stream: AsyncStream<[UInt8]>) -> OpaquePointer? {
        // The response may outlive `completed`, so it keeps the exchange until its own end.
        let pointer = MHD_create_response_from_callback(
            mhdx_size_unknown, 16 << 10,
            { context, _, buffer, maximum in
                guard let context, let buffer else { return mhdx_end_of_stream }
                return Unmanaged<HTTPExchange>.fromOpaque(context).takeUnretainedValue().pull(buffer, maximum)
            }, Unmanaged.passRetained(self).toOpaque(),
            { context in if let context { Unmanaged<HTTPExchange>.fromOpaque(context).release() } })
        guard pointer != nil else { return nil }
        server.table.withLock { $0.enter(.streaming, descriptor) }
        // A task of its own because a C callback must return now; it ends with the exchange, which `drain` waits for.
        let task = Task { [self] in
            for await chunk in stream {
                push(chunk)
                if await isGone() { return }
            }
            push(nil)
        }
        let isClosed = state.withLock { state in
            state.task = task
            return state.isClosed
        }
        if isClosed { task.cancel() }
        return pointer
    }

    /// Adds to the stream, or ends it with nil.
    func push(_ chunk: [UInt8]?) {
        state.withLock { state in
            if let chunk { state.stream.append(chunk) } else { state.stream.hasEnded = true }
            guard state.stream.readerWaits, !state.isClosed else { return }
            state.stream.readerWaits = false
            MHD_resume_connection(connection)
        }
    }

    /// Waits until the client has taken enough; true when it has gone or the stream was ended.
    private func isGone() async -> Bool {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            state.withLock { state in
                if state.stream.isFull, !state.isClosed, !state.stream.hasEnded {
                    state.stream.wait(continuation)
                } else {
                    continuation.resume()
                }
            }
        }
        return state.withLock { $0.isClosed || $0.stream.hasEnded }
    }

    /// The next bytes for the client, or suspends until there are some; on the library's thread.
    private func pull(_ buffer: UnsafeMutablePointer<CChar>, _ maximum: Int) -> Int {
        state.withLock { state in
            let count = state.stream.read(into: UnsafeMutableRawPointer(buffer), maximum)
            if count > 0 { return count }
            if state.stream.hasEnded { return mhdx_end_of_stream }
            state.stream.readerWaits = true
            MHD_suspend_connection(connection)
            return 0
        }
    }

    /// The last word to a sender that does not stop: the library sends no answer before the end of a body.
    func sendRaw(_ problem: ProblemDetails) {
        let body = problem.json.bytes()
        let head =
            "HTTP/1.1 \(problem.status) Refused\r\ncontent-type: application/problem+json\r\n"
            + "content-length: \(body.count)\r\nconnection: close\r\n\r\n"
        let all = Array(head.utf8) + body
        // A few hundred bytes fit the socket's buffer; if not, the client learns it from the closed connection.
        _ = all.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
    }
}
