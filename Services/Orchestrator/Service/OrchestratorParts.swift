import Core
import Lifecycle
import Messaging
import ObjectStore
import OrchestratorDomain
import ServiceKit
import Telemetry

/// The orchestrator, put together: what takes messages, begins starts that wait, fires timers and migrates executions.
struct OrchestratorParts: Sendable {
    let handler: OrchestratorHandler
    let timers: ExecutionTimers
    let schedules: ScheduleClock
    let migrations: ExecutionMigrations
    let auditor: Auditor
    let starts: WaitingStarts

    init(
        outbox: Outbox, objects: any ObjectStore, clock: any WallClock, telemetry: Telemetry,
        configuration: OrchestratorConfiguration
    ) {
        let claims = ClaimCheck(objects: objects)
        let announcer = Announcer(claims: claims)
        let desk = DefinitionDesk(cache: DefinitionCache(limit: configuration.definitions), announcer: announcer)
        let meters = OrchestratorMeters(telemetry.metrics)
        let alarm = TimerAlarm()
        let wakeup = Wakeup()
        let repairs = AuditRepairs(
            desk: desk, announcer: announcer, alarm: alarm, meters: AuditMeters(telemetry.metrics),
            logger: telemetry.logger)
        let audit = ExecutionAudit(
            desk: desk, repairs: repairs, deliveries: DeliveryAudit(repairs: repairs, plan: configuration.audit),
            plan: configuration.audit)
        auditor = Auditor(
            plan: configuration.audit, outbox: outbox, clock: clock, logger: telemetry.logger, look: audit.look)
        handler = OrchestratorHandler(
            desk: desk, migrations: MigrationDesk(desk: desk, announcer: announcer, wakeup: wakeup),
            reader: IncomingReader(claims: claims), announcer: announcer,
            router: EventRouter(
                desk: desk, claims: claims, triggers: EventTriggers(claims: claims), logger: telemetry.logger,
                patience: DeliveryAudit.patience(configuration.audit)),
            audit: AuditDesk(repairs: repairs, plan: configuration.audit),
            tellsLifecycle: configuration.tellsLifecycle, meters: meters,
            alarm: alarm, line: StartLine(limit: configuration.starts, weights: configuration.weights))
        starts = WaitingStarts(outbox: outbox, handler: handler, telemetry: telemetry)
        migrations = ExecutionMigrations(
            outbox: outbox, handler: handler, desk: desk, wakeup: wakeup, logger: telemetry.logger)
        timers = ExecutionTimers(
            outbox: outbox, handler: handler, desk: desk,
            plan: TimerPlan(batch: configuration.timerBatch, longest: configuration.timerPoll), alarm: alarm,
            clock: clock, logger: telemetry.logger, meters: meters)
        schedules = ScheduleClock(
            outbox: outbox, handler: handler, desk: desk,
            plan: TimerPlan(batch: configuration.timerBatch, longest: configuration.timerPoll), clock: clock,
            logger: telemetry.logger)
    }
}
