import Core
import Lifecycle
import Postgres
import ServiceKit
import Telemetry

/// Watches the backlog, raises and closes incidents that no worker comes across, and forgets old tasks.
struct Upkeep: Service {
    let board: TaskBoard
    let incidents: IncidentDesk
    let pool: PostgresPool
    let configuration: AgentWorkerConfiguration
    let telemetry: Telemetry
    let clock: any WallClock

    func run(_ shutdown: Shutdown) async throws {
        let waiting = telemetry.metrics.gauge(.tasksWaiting, "Tasks that are due and have no worker.")
        let byTenant = TenantGauge(
            telemetry.metrics, .tenantTasksWaiting, "The same by tenant: those with the most, and all others.")
        let undecided = telemetry.metrics.gauge(.incidentsOpen, "Effects that a person has to decide about.")
        var (rounds, lastAudit) = (0, ContinuousClock.now)
        while !(await shutdown.wait(atMost: .seconds(1))) {
            do {
                if rounds.isMultiple(of: 5) {
                    let counts = try await TaskTable.backlog(upTo: configuration.backlog + 1, on: pool)
                    let count = counts.values.reduce(0, +)
                    waiting.set(count)
                    byTenant.set(counts)
                    board.isCongested = count > configuration.backlog
                    if try await incidents.sweep(after: configuration.lease) > 0 { board.lookAround() }
                    undecided.set(try await IncidentTable.openCount(on: pool))
                }
                if rounds.isMultiple(of: 60) {
                    _ = try await TaskTable.forget(before: clock.now() - configuration.retention, on: pool)
                }
                if ContinuousClock.now - lastAudit >= configuration.audit.interval {
                    lastAudit = .now
                    try await audit()
                }
                rounds += 1
            } catch is CancellationError {
                return
            } catch {
                telemetry.logger.warning("The upkeep cannot be done", [.error: .string("\(error)")])
            }
        }
    }

    /// Mends what no worker could have left behind.
    private func audit() async throws {
        let leases = try await TaskTable.endLongLeases(configuration.lease, on: pool)
        let held = try await TaskTable.resumeForgotten(on: pool)
        if leases + held > 0 { board.lookAround() }
        telemetry.metrics.repaired("lease", leases)
        telemetry.metrics.repaired("incident", held)
        try await incidents.remind()
    }
}
