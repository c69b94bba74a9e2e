import Core
import GatewayDomain
import HTTP
import Lifecycle
import Messaging
import ObjectStore
import Postgres
import Telemetry

/// The API: from a request to an answer. Knows callers, rights, limits and faults; the routes do the rest.
struct GatewayAPI: Sendable {
    let pool: PostgresPool
    let outbox: Outbox
    let objects: any ObjectStore
    let keys: KeyRing
    let limiter: RateLimiter
    /// Of requests that are worked on.
    let doors: TenantGate
    /// Of transactions that write.
    let gate: TenantGate
    let starts: ExecutionStarts
    let reads: ExecutionReads
    let identifiers: any IdentifierSource
    let clock: any WallClock
    let telemetry: Telemetry
    let configuration: GatewayConfiguration
    /// Called when a redrive of many letters begins.
    let redriveBegins: Wakeup

    var redriving: Redriving { Redriving(outbox: outbox, logger: telemetry.logger) }

    /// Everything that is served.
    var routes: [APIRoute] {
        accountRoutes + workflowRoutes + executionRoutes + whyRoutes + migrationRoutes + commandRoutes
            + documentRoutes + policyRoutes + approvalRoutes + incidentRoutes + deadLetterRoutes + redriveRoutes
            + eventRoutes + webhookRoutes + liveRoutes + descriptionRoutes
    }

    /// The routes, ready to be served.
    func router() -> HTTPRouter {
        var router = HTTPRouter()
        for route in routes {
            router.add(route.method, route.pattern) { request in await serve(route, request) }
        }
        return router
    }

    private func serve(_ route: APIRoute, _ request: HTTPRequest) async -> HTTPResponse {
        let began = ContinuousClock.now
        let arrived = clock.now()
        let parent = request.headers["traceparent"].flatMap(TraceContext.init(traceparent:))
        // The commands of this request carry its context, so that all that follows is of one trace.
        let trace = parent?.child() ?? .new()
        let response = await answer(route, request, trace)
        telemetry.tracer.span(
            "\(route.method) \(route.pattern)", context: trace, parent: parent, kind: .server,
            attributes: [
                .method: .string(route.method), .route: .string(route.pattern),
                .status: .integer(Int64(response.status)),
            ], start: arrived, end: clock.now(),
            status: response.status < 500 ? .ok : .failed("status \(response.status)"))
        telemetry.metrics.counter(
            .httpServerRequests, "Requests answered.",
            labels: ["method": route.method, "route": route.pattern, "status": String(response.status)]
        ).increment()
        telemetry.metrics.histogram(
            .httpServerDuration, "From the whole request to the start of the answer.", labels: ["route": route.pattern]
        ).observe(ContinuousClock.now - began)
        return response
    }

    private func answer(_ route: APIRoute, _ request: HTTPRequest, _ trace: TraceContext) async -> HTTPResponse {
        do {
            guard let right = route.right else {
                let nobody = Caller(tenant: "", name: "", roles: [])
                return try await route.handler(APIRequest(http: request, caller: nobody, trace: trace))
            }
            let caller = try await authenticate(request)
            let place = try await admit(caller)
            defer { place.leave() }
            guard caller.may(right) else {
                throw Refusal(
                    403, .roleMissing, "The key may not do this", "None of the key's roles carries \(right.rawValue).",
                    "Use a key with a role that does: see the gateway's README.")
            }
            let limit = route.takesDocument ? configuration.maxDocument : configuration.maxJSON
            guard request.body.count <= limit else {
                throw Refusal(
                    413, .bodyTooLarge, "The body is too large",
                    "The body is \(request.body.count) bytes; this path takes \(limit).",
                    "Send large content as a document and refer to it.")
            }
            return try await route.handler(APIRequest(http: request, caller: caller, trace: trace, place: place))
        } catch {
            return refusal(for: error, route).response
        }
    }

    func authenticate(_ request: HTTPRequest) async throws -> Caller {
        var key = request.headers["x-api-key"] ?? ""
        if let header = request.headers["authorization"], header.lowercased().hasPrefix("bearer ") {
            key = String(header.dropFirst(7))
        }
        if !key.isEmpty, let caller = try await keys.caller(key: key) { return caller }
        var refusal = Refusal(
            401, .unauthenticated, "The caller is not known",
            key.isEmpty ? "The request carries no API key." : "The API key is not known or was revoked.",
            "Send Authorization: Bearer <key> with a key of the tenant.")
        refusal.headers["www-authenticate"] = "Bearer"
        throw refusal
    }

    /// Holds the tenant to its rate and gives its request a place.
    func admit(_ caller: Caller) async throws -> TenantGate.Place {
        guard let wait = await limiter.take(caller.tenant) else { return try await doors.enter(caller.tenant) }
        var refusal = Refusal(
            429, .rateExceeded, "Too many requests", "The tenant sends faster than its rate.",
            "Wait as long as Retry-After says, and send fewer requests at a time.")
        refusal.headers["retry-after"] = String(max(1, (wait.wholeMicroseconds + 999_999) / 1_000_000))
        throw refusal
    }

    /// What the caller is told of an error. What is our own fault is logged and not told.
    private func refusal(for error: any Error, _ route: APIRoute) -> Refusal {
        if let refusal = error as? Refusal { return refusal }
        if error is TenantGate.Overload { return .overloaded }
        let isPassing = (error as? PostgresError)?.isRetriable ?? (error as? ObjectStoreError)?.isTransient ?? false
        if !(error is CancellationError) {
            telemetry.logger.error(
                "A request failed",
                [.method: .string(route.method), .route: .string(route.pattern), .error: .string("\(error)")])
        }
        guard isPassing || error is CancellationError else {
            return Refusal(
                500, .internalFault, "The gateway failed", "The request could not be answered; the log says why.",
                "Send it again with the same Idempotency-Key; if it fails again, tell the operator.")
        }
        var refusal = Refusal(
            503, .dependencyDown, "The gateway cannot reach what it stands on",
            "A database or the object store does not answer.", "Send the request again after a moment.")
        refusal.headers["retry-after"] = "1"
        return refusal
    }
}
