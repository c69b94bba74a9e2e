import Core
import HTTP
import Lifecycle
import Telemetry

/// Sends finished spans to the collector, every second and once more at the end.
struct TraceExport: Service {
    let tracer: Tracer
    let logger: Logger

    func run(_ shutdown: Shutdown) async throws {
        guard tracer.isOn else { return await shutdown.wait() }
        var isFailing = false
        while true {
            let isLast = await shutdown.wait(atMost: .seconds(1))
            do {
                try await tracer.flush()
                isFailing = false
            } catch {
                // One line an outage: the traces are a convenience, the log is not to drown in their absence.
                if !isFailing { logger.warning("Traces cannot be exported", [.error: .string("\(error)")]) }
                isFailing = true
            }
            if isLast { return }
        }
    }

    /// The exporter to a collector's base URL; nil without one.
    static func exporter(to endpoint: String?, over client: HTTPClient) -> Tracer.Exporter? {
        guard var url = endpoint else { return nil }
        while url.hasSuffix("/") { url.removeLast() }
        if !url.hasSuffix("/v1/traces") { url += "/v1/traces" }
        return { [url] body in
            let request = HTTPClientRequest(
                method: "POST", url: url, headers: ["content-type": "application/json"], body: body,
                timeout: .seconds(5))
            let response = try await client.send(request)
            guard response.isSuccess else { throw TraceExportError(status: response.status) }
        }
    }
}

/// The collector did not take the spans.
struct TraceExportError: Error, CustomStringConvertible {
    let status: Int
    var description: String { "the collector answered \(status)" }
}
