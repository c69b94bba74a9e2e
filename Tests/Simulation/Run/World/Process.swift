import AgentWorker
import Approvals
import Configuration
import Core
import HTTP
import Kafka
import Lifecycle
import Messaging
import Orchestrator
import PolicyGuard
import Postgres
import Redis
import ServiceKit
import SimulatedPostgres
import Telemetry

/// A process of a service: it starts, dies anywhere, stands still, and starts again.
///
/// Unchecked because all of it happens on the scheduler's thread.
final class Process: @unchecked Sendable {
    let service: Service
    let number: Int
    private unowned let world: World
    private var lives = 0
    private(set) var incarnation: Incarnation?
    /// Whether it is to be started again.
    private var isDown = false

    init(_ service: Service, _ number: Int, _ world: World) {
        (self.service, self.number, self.world) = (service, number, world)
    }

    func start() {
        lives += 1
        isDown = false
        let name = "\(service.rawValue)-\(number).\(lives)"
        let incarnation = Incarnation(name, seed: stableHash("\(world.seed) \(name)"))
        self.incarnation = incarnation
        world.scheduler.note("start \(name)")
        let frame = world.frame(of: service, incarnation)
        // Outside of any group, for it has a life of its own, and may lose it at any moment.
        Task(executorPreference: incarnation) { [unowned self] in
            do { try await frame.run() } catch { self.world.journal.fail("\(name) ended: \(error)") }
            self.ended(incarnation)
        }
    }

    /// It ends by itself.
    private func ended(_ incarnation: Incarnation) {
        guard incarnation === self.incarnation, incarnation.life == .running else { return }
        die()
    }

    /// It dies here and now; sooner or later it is started again.
    func die() {
        guard let incarnation, !isDown else { return }
        isDown = true
        world.scheduler.note("death of \(incarnation.name)")
        incarnation.die()
        world.databases[service]?.crash(incarnation.name)
        world.scheduler.after(.milliseconds(200 + world.scheduler.below(15_000))) { [self] in start() }
    }

    /// For how long a process stands still: the longer ones outlast the group's session, the worker's lease, and
    /// people's patience.
    enum Span { case brief, any, long }

    /// It stands still, and does not know it.
    func stall(_ span: Span = .any) {
        guard let incarnation, incarnation.life == .running else { return }
        world.scheduler.note("stall of \(incarnation.name)")
        incarnation.stall()
        let times = [100, 2000, 12_000, 45_000, 100_000]
        let time = span == .long ? 100_000 : times[world.scheduler.below(span == .brief ? 2 : times.count)]
        world.scheduler.after(.milliseconds(time)) {
            self.world.scheduler.note("end of the stall of \(incarnation.name)")
            incarnation.resume()
        }
    }
}
