import Core
import HTTP

/// The way to outside servers, for all functions.
struct Outside: Sendable {
    let client: ResilientClient
    let settings: FunctionSettings
    let clock: any WallClock
    let tokens = TokenCache()
    let documents = DocumentCache()

    /// Sends a request, follows redirects where it may, and gives the answer if its status is a success. Throws a
    /// communication fault with the status if not.
    func send(_ request: OutsideRequest, _ context: FunctionContext, timeout: Duration? = nil)
        async throws(FunctionError) -> HTTPClientResponse
    {
        let response = try await exchange(request, context, timeout: timeout)
        let accepted = request.acceptsRedirect ? 200...399 : 200...299
        guard accepted.contains(response.status) else {
            throw .fault(
                Fault(
                    .communication, .refused, "\(request.method) was answered by \(response.status)",
                    status: response.status), .answered)
        }
        return response
    }

    /// Sends a request, and gives the last answer whatever its status.
    func exchange(_ request: OutsideRequest, _ context: FunctionContext, timeout: Duration? = nil)
        async throws(FunctionError) -> HTTPClientResponse
    {
        var request = request
        var hops = 0
        let end = clock.now() + (try left(context, timeout))
        while true {
            let response = try await once(request, context, timeout: end - clock.now())
            guard request.acceptsRedirect, hops < settings.redirects, let next = Self.next(request, response) else {
                return response
            }
            request = next
            hops += 1
        }
    }

    /// At its deadline whoever set it calls the task off. A call ends by itself only when that word does not come: its
    /// failure must not outrun the time-out that it stems from.
    static let grace: Duration = .seconds(5)

    /// The time that a request may take.
    func left(_ context: FunctionContext, _ timeout: Duration? = nil) throws(FunctionError) -> Duration {
        let limit = timeout ?? settings.timeout
        guard let deadline = context.deadline else { return limit }
        let left = deadline - clock.now()
        guard left > .zero else { throw .nothing(.timeout, .noAnswer, "the call's time was over before it began") }
        return min(limit, left + Self.grace)
    }

    private func once(_ request: OutsideRequest, _ context: FunctionContext, timeout: Duration)
        async throws(FunctionError) -> HTTPClientResponse
    {
        var sent = HTTPClientRequest(
            method: request.method, url: request.url, headers: request.headers, body: request.body,
            timeout: max(.milliseconds(1), timeout), maxResponseBytes: request.largestAnswer ?? settings.largestAnswer)
        sent.isComplete = request.isComplete
        switch request.credentials {
        case .none: break
        case .header(let value), .token(let value, _): sent.headers["authorization"] = value
        case .digest(let username, let password): sent.digest = .init(username: username, password: password)
        }
        do throws(HTTPClientError) {
            let response = try await client.send(sent)
            if response.status == 401, case .token(_, let policy) = request.credentials { tokens.forget(policy) }
            return response
        } catch {
            throw Self.failure(request.method, error)
        }
    }

    static func failure(_ method: String, _ error: HTTPClientError) -> FunctionError {
        switch error.kind {
        case .cancelled: .cancelled
        case .invalidURL: .nothing(.configuration, .badArguments, "the URI cannot be read, or is not of http or https")
        case .egressRefused: .nothing(.authorization, .noAnswer, "the host \(error.host ?? "") may not be called")
        case .connectTimedOut:
            .fault(Fault(.communication, .noAnswer, "\(method) was not sent: \(error)", status: 504), .nothing)
        case .timedOut:
            .fault(Fault(.communication, .noAnswer, "\(method) was not answered in time", status: 504), .unknown)
        default:
            .fault(
                Fault(.communication, .noAnswer, "\(method) failed: \(error)", status: 502),
                error.wasNotSent ? .nothing : .unknown)
        }
    }

    /// The request that a redirect asks for (RFC 9110, 15.4); nil when it asks for none that can be sent.
    static func next(_ request: OutsideRequest, _ response: HTTPClientResponse) -> OutsideRequest? {
        guard [301, 302, 303, 307, 308].contains(response.status), let location = response.headers["location"],
            let url = HTTPLocation.resolve(location, against: request.url), let old = HTTPLocation(request.url),
            let new = HTTPLocation(url)
        else { return nil }
        var next = request
        next.url = url
        let isPost = request.method == "POST" && response.status <= 302
        if isPost || response.status == 303 && request.method != "HEAD" {
            next.method = "GET"
            next.body = nil
            for name in ["content-type", "content-encoding", "idempotency-key"] { next.headers[name] = nil }
        }
        if new.authority != old.authority || new.scheme != old.scheme {
            // What was meant for one server is not shown to another.
            next.credentials = .none
            for name in ["authorization", "cookie", "proxy-authorization"] { next.headers[name] = nil }
        }
        return next
    }
}
