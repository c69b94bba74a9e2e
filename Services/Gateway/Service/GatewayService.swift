import Configuration
import Core
import GatewayDomain
import HTTP
public import Lifecycle
import Postgres
public import ServiceKit
import Telemetry

/// The gateway: its API, its projector and its housekeeping.
public enum GatewayService {
    /// The members, in the order of their start: the API last, so that it stops first.
    public static func members(
        _ context: ServiceContext, _ configuration: GatewayConfiguration
    ) async throws -> [ServiceGroup.Member] {
        let keys = KeyRing(pool: context.pool, clock: context.clock)
        if let key = configuration.bootstrapKey {
            try await keys.add(
                key: key.reveal(),
                Caller(tenant: configuration.bootstrapTenant, name: "bootstrap", roles: configuration.bootstrapRoles))
        }
        let limiter = RateLimiter(
            rate: configuration.rate, burst: configuration.burst, redis: context.redis, clock: context.clock)
        // Two connections are left to reads and to what comes of writes.
        let gate = TenantGate(
            places: max(2, context.pool.configuration.maximum - 2), weights: configuration.weights)
        let doors = TenantGate(
            places: configuration.places, patience: configuration.patience, weights: configuration.weights)
        let starts = ExecutionStarts(outbox: context.outbox, weights: configuration.weights)
        let redriveBegins = Wakeup()
        let api = GatewayAPI(
            pool: context.pool, outbox: context.outbox, objects: context.objects, keys: keys, limiter: limiter,
            doors: doors, gate: gate, starts: starts, reads: ExecutionReads(pool: context.pool),
            identifiers: context.identifiers, clock: context.clock, telemetry: context.telemetry,
            configuration: configuration, redriveBegins: redriveBegins)
        let server = server(api, configuration)
        return [
            .init("projector", context.processor(for: Projector(objects: context.objects, redriving: api.redriving))),
            .init(
                "redrives",
                RedriveRunner(
                    redriving: api.redriving, pool: context.pool, clock: context.clock, wakeup: redriveBegins)),
            .init(
                "auditor",
                Auditor(
                    plan: configuration.audit, outbox: context.outbox, clock: context.clock,
                    logger: context.telemetry.logger, look: ExecutionAudit(plan: configuration.audit).look)),
            .init(
                "housekeeping",
                Housekeeping(pool: context.pool, clock: context.clock, logger: context.telemetry.logger)),
            .init("starts", starts),
            .init("reads", api.reads),
            .init("api", server),
        ]
    }

    static func server(_ api: GatewayAPI, _ configuration: GatewayConfiguration) -> HTTPServer {
        let router = api.router()
        return HTTPServer(
            HTTPServerConfiguration(
                host: configuration.listen.host, port: configuration.listen.port, maxBody: configuration.maxDocument)
        ) { request in await router.dispatch(request) }
    }
}
