import Synchronization

/// An HTTP client on libcurl: one thread drives all transfers, connections are kept and shared.
///
/// Redirects are not followed: each hop is a decision of the caller, and of the egress allow-list.
public final class HTTPClient: Sendable {
    /// Answers a request in place of libcurl; for simulations.
    package typealias Stand = @Sendable (HTTPClientRequest) async -> Result<HTTPClientResponse, HTTPClientError>

    private enum Way {
        case curl(CurlDriver)
        /// Holds no descriptors: a simulation makes clients by the thousand.
        case stand(Stand)
    }

    private let way: Way

    /// A client; its thread starts with the first request and ends with `close`.
    public init(_ configuration: HTTPClientConfiguration = HTTPClientConfiguration()) {
        way = .curl(CurlDriver(configuration))
    }

    /// A client that asks `stand` instead of the network.
    package init(asking stand: @escaping Stand) { way = .stand(stand) }

    deinit { close() }

    /// Sends a request and waits for the whole answer. Any status is an answer; throws `HTTPClientError` when there is
    /// none. Cancelling the task breaks the connection at once.
    public func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        guard let location = HTTPLocation(request.url) else { throw HTTPClientError(.invalidURL) }
        if Task.isCancelled { throw HTTPClientError(.cancelled, host: location.host) }
        switch way {
        case .stand(let stand): return try await stand(request).get()
        case .curl(let driver): return try await Self.send(request, to: location, by: driver)
        }
    }

    private static func send(
        _ request: HTTPClientRequest, to location: HTTPLocation, by driver: CurlDriver
    ) async throws(HTTPClientError) -> HTTPClientResponse {
        let transfer = CurlTransfer(request, to: location)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.expect(continuation)
                driver.begin(transfer)
            }
        } onCancel: {
            driver.cancel(transfer)
        }
        return try outcome.get()
    }

    /// Ends the thread; transfers under way fail with `closed`, as do later ones. Repeating it changes nothing.
    public func close() {
        if case .curl(let driver) = way { driver.close() }
    }
}
