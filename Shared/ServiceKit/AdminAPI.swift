import Core
import HTTP
import Telemetry

/// What operators and probes ask a process.
struct AdminAPI: Sendable {
    let name: String
    let readiness: Readiness
    let metrics: Metrics
    private let ready: Gauge

    init(name: String, readiness: Readiness, metrics: Metrics) {
        (self.name, self.readiness, self.metrics) = (name, readiness, metrics)
        ready = metrics.gauge(.ready, "1 when the service can do its job, else 0")
    }

    var router: HTTPRouter {
        var router = HTTPRouter()
        router.add("GET", "/healthz") { _ in .json(["service": .string(name), "alive": true]) }
        router.add("GET", "/readyz") { _ in readyz() }
        router.add("GET", "/metrics") { _ in
            _ = readyz()
            let body = metrics.prometheusText() + ProcessMetrics.prometheusText()
            return HTTPResponse(
                headers: ["content-type": "text/plain; version=0.0.4; charset=utf-8"], body: .bytes(Array(body.utf8)))
        }
        return router
    }

    private func readyz() -> HTTPResponse {
        let reasons = readiness.reasons
        ready.set(reasons.isEmpty ? 1 : 0)
        let body: JSON = [
            "service": .string(name), "ready": .bool(reasons.isEmpty),
            "reasons": .object(JSONObject(reasons.map { ($0.name, .string($0.reason)) })),
        ]
        return .json(body, status: reasons.isEmpty ? 200 : 503)
    }
}
