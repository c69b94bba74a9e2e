import Core
import Lifecycle
import Messaging
import Postgres
import Telemetry

/// Begins the starts that wait, tenants in turn. Any number of processes may run one: each takes starts that no other
/// holds.
struct WaitingStarts: Service {
    let outbox: Outbox
    let handler: OrchestratorHandler
    let telemetry: Telemetry
    /// How often starts that other processes left are looked for.
    private static let glance: Duration = .milliseconds(500)
    /// Unpublished messages from which on no starts are begun: what others are asked waits behind these.
    private static let mostUnpublished = 32

    private var line: StartLine { handler.line }

    /// Begins them until `shutdown` is requested. A server that is away is waited for.
    func run(_ shutdown: Shutdown) async throws {
        let waiting = TenantGauge(
            telemetry.metrics, .tenantStartsWaiting, "Starts that wait: of the tenants with the most, and all others.")
        outbox.wake(line.work, below: Self.mostUnpublished)
        var looks = 0
        var (failures, isOneByOne, hasWaited) = (0, false, false)
        var lastLook = ContinuousClock.now - Self.glance
        while !shutdown.isRequested, !Task.isCancelled {
            do {
                if ContinuousClock.now - lastLook >= Self.glance {
                    lastLook = .now
                    let tenants = try await lookAround()
                    if tenants.isEmpty {
                        waiting.set([:])
                    } else if looks.isMultiple(of: 10) {
                        try await count(waiting)
                    }
                    looks += 1
                }
                // Messages that fail and are tried again are not waited for.
                let isDue = line.hasMore && (line.isDue || hasWaited)
                if isDue, outbox.pending < Self.mostUnpublished {
                    try await begin(oneByOne: isOneByOne)
                    (isOneByOne, hasWaited) = (false, false)
                } else {
                    let start = ContinuousClock.now
                    await line.work.wait(atMost: Self.glance, unless: shutdown)
                    hasWaited = hasWaited || ContinuousClock.now - start >= Self.glance
                }
                failures = 0
            } catch is CancellationError {
                return
            } catch {
                // Anything else but a server that is away is due to one of the starts.
                isOneByOne = !isRetriable(error)
                failures += 1
                let level: LogLevel = failures == 1 ? .warning : .debug
                telemetry.logger.log(level, "starts cannot be begun and are tried again", [.error: .string("\(error)")])
                let pause = RetryPolicy(base: .milliseconds(50), cap: .seconds(5)).delay(retry: failures, draw: 1)
                _ = await shutdown.wait(atMost: pause ?? .seconds(5))
            }
        }
    }

    private func lookAround() async throws -> [String] {
        let tenants = try await outbox.transaction {
            try await WaitingStartStore(connection: $0.connection).tenants()
        }
        if !tenants.isEmpty { line.note(tenants) }
        return tenants
    }

    private func count(_ waiting: TenantGauge) async throws {
        waiting.set(
            try await outbox.transaction { try await WaitingStartStore(connection: $0.connection).counts() })
    }

    /// Begins as many as one transaction takes; when `oneByOne`, those that cannot be begun go to the dead letters.
    func begin(oneByOne: Bool) async throws {
        // Who has more from now on is noted again.
        let (dealt, start) = (line.deal(), ContinuousClock.now)
        do {
            let starts = try await outbox.transaction { transaction in
                transaction.willPublish()
                let starts = try await WaitingStartStore(connection: transaction.connection).take(dealt)
                if oneByOne {
                    for start in starts { try await single(start, transaction) }
                } else {
                    try await handler.begin(starts, transaction)
                }
                return starts
            }
            line.note(starts, of: dealt, in: ContinuousClock.now - start)
        } catch {
            line.note(dealt.keys)
            throw error
        }
    }

    private func single(_ start: WaitingStart, _ transaction: MessageTransaction) async throws {
        do {
            try await transaction.attempt { try await handler.begin([start], transaction) }
        } catch let error where isRetriable(error) || error is CancellationError {
            throw error
        } catch {
            transaction.deadLetter(start.message, code: "MS0005", cause: String("\(error)".prefix(500)), attempts: 2)
        }
    }
}
