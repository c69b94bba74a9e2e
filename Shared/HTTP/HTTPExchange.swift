import CMicrohttpd
import Glibc
import Synchronization

/// One request and its answer, between libmicrohttpd's thread, the handler's task and the stream's task.
///
/// Unchecked because `connection` is C's: it is touched on the library's own thread, or under `state`'s lock while the
/// exchange is not closed, which is while the library keeps it.
final class HTTPExchange: @unchecked Sendable {
    let server: HTTPServer
    let connection: OpaquePointer
    let descriptor: Int32
    let method: String
    let state = Mutex(State())

    struct State {
        var body: [UInt8] = []
        /// Bytes that came after the body was refused.
        var discarded = 0
        /// The answer to a request that the handler is not to see; sent once the body has come.
        var refusal: ProblemDetails?
        var response: HTTPResponse?
        var isAnswered = false
        var isClosed = false
        var task: Task<Void, Never>?
        var stream = HTTPStreamBuffer()
    }

    init(_ server: HTTPServer, _ connection: OpaquePointer, method: String) {
        (self.server, self.connection, self.method) = (server, connection, method)
        descriptor = mhdx_connection_fd(connection)
    }

    /// The head has come.
    func begin() -> MHD_Result {
        let isAdmitted = server.table.withLock { table in
            table.exchanges[ObjectIdentifier(self)] = self
            return !table.isDraining
        }
        guard isAdmitted else { return refuse(.shuttingDown) }
        let framing = HTTPFraming(headers())
        switch framing.check(limit: server.configuration.maxBody) {
        case .sound: return .YES
        case .malformed(let problem): return refuse(problem)
        case .tooLarge(let length):
            let problem = ProblemDetails.bodyTooLarge(limit: server.configuration.maxBody)
            // Who waits for leave to send, or would send for ever, is answered now; else the body is read and dropped,
            // because closing with unread data makes the kernel reset the connection before the answer is read.
            if framing.expectsContinue || length > server.configuration.maxDiscard { return refuse(problem) }
            state.withLock { $0.refusal = problem }
            return .YES
        }
    }

    /// A piece of the body has come, or, when empty, all of it, or the connection was resumed.
    func proceed(_ piece: UnsafeRawBufferPointer) -> MHD_Result {
        if piece.count > 0 { return take(piece) ? .YES : .NO }
        let (response, refusal) = state.withLock { state in
            defer { state.response = nil }
            return (state.response, state.refusal)
        }
        if let response { return send(response) }
        if let refusal { return send(refused(refusal)) }
        return handle()
    }

    private func take(_ piece: UnsafeRawBufferPointer) -> Bool {
        let limit = server.configuration.maxBody
        let goesOn = state.withLock { state in
            if state.refusal == nil, state.body.count + piece.count <= limit {
                state.body.append(contentsOf: piece)
                return true
            }
            if state.refusal == nil { state.refusal = .bodyTooLarge(limit: limit) }
            state.discarded += state.body.count + piece.count
            state.body = []
            return state.discarded <= server.configuration.maxDiscard
        }
        if !goesOn { sendRaw(.bodyTooLarge(limit: limit)) }
        return goesOn
    }

    private func handle() -> MHD_Result {
        let raw = server.table.withLock { table in
            table.enter(.handling, descriptor)
            return table.connections[descriptor]?.target ?? "/"
        }
        guard let target = HTTPTarget(raw) else { return send(refused(.malformedTarget)) }
        let request = HTTPRequest(
            method: method, target: target, headers: headers(),
            body: state.withLock { state in
                defer { state.body = [] }; return state.body
            },
            remoteAddress: remoteAddress())
        MHD_suspend_connection(connection)
        // A task of its own because a C callback must return now; `drain` waits for all exchanges, and so for it.
        let task = Task { [self] in answer(await server.handler(request)) }
        let isClosed = state.withLock { state in
            state.task = task
            return state.isClosed
        }
        if isClosed { task.cancel() }
        return .YES
    }

    private func answer(_ response: HTTPResponse) {
        state.withLock { state in
            if state.isAnswered || state.isClosed { return }
            state.isAnswered = true
            state.response = response
            // Under the lock, since the connection cannot be freed before `completed` has taken it.
            MHD_resume_connection(connection)
        }
    }

    /// Ends the exchange now: 503 if the handler has not answered, the end of the stream if it streams.
    func abandon() {
        let task = state.withLock { $0.task }
        guard let task else { return }
        // First the answer, then the cancellation: a handler that notices it at once would answer in its place.
        answer(ProblemDetails.shuttingDown.response)
        task.cancel()
        push(nil)
    }

    /// The library is done with the request, or the client has gone.
    func completed() {
        let task = state.withLock { state in
            state.isClosed = true
            state.stream.resumeWriter()
            return state.task
        }
        task?.cancel()
        server.table.withLock { table in
            table.exchanges[ObjectIdentifier(self)] = nil
            table.enter(.idle, descriptor)
        }
    }

    /// Refuses now what only the head has come of. While it is being stopped the library takes no answers, and goes on
    /// as if there were none: then the request must not be handled.
    private func refuse(_ problem: ProblemDetails) -> MHD_Result {
        state.withLock { $0.refusal = problem }
        return send(refused(problem))
    }

    private func refused(_ problem: ProblemDetails) -> HTTPResponse {
        var response = problem.response
        response.headers["connection"] = "close"
        return response
    }
}
