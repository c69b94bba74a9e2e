public import Core
public import Lifecycle
public import Messaging
import Postgres
public import Telemetry

/// Walks, page by page and round after round, what a service keeps open. Any number of processes may run one: a page is
/// one transaction, and one process at a time has it.
public struct Auditor: Service {
    /// Looks at what comes after `cursor` and mends what is amiss, all in the transaction; the cursor of the next page,
    /// or nil at the end of the round.
    public typealias Look = @Sendable (_ cursor: String, MessageTransaction) async throws -> String?

    private let plan: AuditPlan
    private let outbox: Outbox
    private let clock: any WallClock
    private let logger: Logger
    private let look: Look

    /// An auditor of what `look` looks at. The service's schema must have the table `audit_rounds`.
    public init(
        plan: AuditPlan, outbox: Outbox, clock: any WallClock, logger: Logger, look: @escaping Look
    ) {
        (self.plan, self.outbox, self.clock, self.logger, self.look) = (plan, outbox, clock, logger, look)
    }

    /// Works until `shutdown` is requested. A server that is away is waited for.
    public func run(_ shutdown: Shutdown) async throws {
        var failures = 0
        while !shutdown.isRequested {
            var pause = Self.glance
            do {
                pause = try await step()
                failures = 0
            } catch let error as any RetriableError where error.isRetriable {
                failures += 1
                let level: LogLevel = failures == 1 ? .warning : .debug
                logger.log(level, "the auditor waits for what it stands on", [.error: .string("\(error)")])
            }
            _ = await shutdown.wait(atMost: pause)
        }
    }

    /// Looks at one page, if it is time and nobody else does; how long to wait then.
    public func step() async throws -> Duration {
        let began = ContinuousClock.now
        let wait: Duration? = try await outbox.transaction { transaction in
            guard var round = try await AuditRound.claim(on: transaction.connection) else { return Self.glance }
            guard round.dueAt <= transaction.now else { return min(round.dueAt - transaction.now, Self.glance) }
            round.advance(to: try await look(round.cursor, transaction), at: transaction.now, plan)
            try await round.save(on: transaction.connection)
            return nil
        }
        return wait ?? plan.pause(after: ContinuousClock.now - began)
    }

    /// The longest time between two looks at whose turn it is.
    private static let glance: Duration = .seconds(1)
}
