import Configuration
import Core
import HTTP
import Kafka
import Lifecycle
import Messaging
import ObjectStore
import Postgres
import Redis
import Telemetry

/// One run of a service: the parts around it, and the order in which they live.
struct ServiceRun: Sendable {
    let program: ServiceProgram
    let common: FrameConfiguration

    /// Runs until a signal or a failure; gives the exit code.
    func run(
        _ services: @escaping @Sendable (ServiceContext) async throws -> [ServiceGroup.Member]
    ) async -> Int32 {
        let instance = (common.predecessors ?? program.name + "-") + UUIDv7Source().next().suffix(12)
        let logger = Logger(service: program.name, level: common.logLevel).with([.serviceInstance: .string(instance)])
        let http = HTTPClient()
        let exporter = TraceExport.exporter(to: common.otlpEndpoint, over: http)
        let tracer = Tracer(service: program.name, instance: instance, exporter: exporter)
        let telemetry = Telemetry(logger: logger, metrics: Metrics(), tracer: tracer)
        let readiness = Readiness()
        let admin = AdminServer(
            api: AdminAPI(name: program.name, readiness: readiness, metrics: telemetry.metrics),
            endpoint: common.adminListen, logger: logger)
        let body = ServiceBody(
            program: program, common: common, instance: instance, telemetry: telemetry, http: http,
            readiness: readiness, services: services)
        let group = ServiceGroup(
            [
                .init("traces", TraceExport(tracer: tracer, logger: logger)), .init("admin", admin),
                .init("service", body),
            ],
            grace: common.grace, signals: program.signals
        ) { event in Self.log(event, logger) }
        do {
            try await group.run()
            logger.notice("Stopped")
            return 0
        } catch {
            logger.error("Ended by a failure", [.error: .string("\(error)")])
            return 1
        }
    }

    static func log(_ event: ServiceGroupEvent, _ logger: Logger) {
        switch event {
        case .started(let name): logger.debug("Member started", [.member: .string(name)])
        case .signalled(let number):
            logger.notice("Asked to stop; a second signal ends it at once", [.signal: .integer(Int64(number))])
        case .stopping(let name): logger.debug("Member asked to stop", [.member: .string(name)])
        case .stopped(let name): logger.debug("Member stopped", [.member: .string(name)])
        case .failed(let name, let error):
            logger.error("Member failed", [.member: .string(name), .error: .string("\(error)")])
        case .cancelling(let names):
            logger.warning("The drain is cut short", [.member: .string(names.joined(separator: ", "))])
        }
    }
}

/// The admin's HTTP server; it lives longest, so that probes see a drain.
private struct AdminServer: Service {
    let api: AdminAPI
    let endpoint: Endpoint
    let logger: Logger

    func run(_ shutdown: Shutdown) async throws {
        let router = api.router
        var configuration = HTTPServerConfiguration(host: endpoint.host, port: endpoint.port, maxBody: 1024)
        configuration.threads = 1
        configuration.drainLimit = .seconds(1)
        let server = HTTPServer(configuration) { await router.dispatch($0) }
        try server.start()
        logger.info(
            "Admin listens", [.host: .string(endpoint.host), .port: .integer(Int64(server.boundPort ?? endpoint.port))])
        try await server.run(shutdown)
    }
}
