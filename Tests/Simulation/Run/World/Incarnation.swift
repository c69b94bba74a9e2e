import CSimulation
import Core
@_spi(ExperimentalScheduling) import _Concurrency

/// One life of a process: all its tasks and actors run here. It can die, and then none of its jobs ever runs again; or
/// stand still for a while, and then they run later than they should.
///
/// Unchecked because all of it happens on the scheduler's thread.
final class Incarnation: TaskExecutor, SerialExecutor, SchedulingExecutor, @unchecked Sendable {
    enum Life { case running, stalled, dead }

    /// For jobs of no process: the simulation's own.
    static let nobody = Incarnation("nobody", seed: 1)

    let name: String
    private(set) var life = Life.running
    /// What the process draws its random numbers from.
    let randomness: UnsafeMutablePointer<UInt64>
    private var held: [UnownedJob] = []
    /// How many of its jobs were enqueued.
    private(set) var jobs = 0

    init(_ name: String, seed: UInt64) {
        self.name = name
        randomness = .allocate(capacity: 1)
        randomness.initialize(to: seed)
    }

    deinit { randomness.deallocate() }

    private var scheduler: Scheduler { Scheduler.current! }

    func enqueue(_ job: consuming ExecutorJob) {
        jobs += 1
        wake(UnownedJob(job))
    }

    func enqueue<C: Clock>(
        _ job: consuming ExecutorJob, after delay: C.Duration, tolerance: C.Duration?, clock: C
    ) {
        let job = UnownedJob(job)
        scheduler.after((delay as! Duration).nanoseconds, .job(job, self))
    }

    func enqueue<C: Clock>(
        _ job: consuming ExecutorJob, at instant: C.Instant, tolerance: C.Duration?, clock: C
    ) {
        let job = UnownedJob(job)
        scheduler.after((clock.now.duration(to: instant) as! Duration).nanoseconds, .job(job, self))
    }

    /// Runs a job when its turn comes.
    func wake(_ job: UnownedJob) {
        switch life {
        case .running: scheduler.enqueue(.job(job, self))
        case .stalled: held.append(job)
        case .dead: break
        }
    }

    func isIsolatingCurrentContext() -> Bool? { true }
    func checkIsolated() {}

    /// Nothing of it runs any more.
    func die() {
        life = .dead
        held = []
        scheduler.drop(self)
    }

    /// Nothing of it runs until `resume`.
    func stall() {
        guard life == .running else { return }
        life = .stalled
        held = scheduler.take(self)
    }

    func resume() {
        guard life == .stalled else { return }
        life = .running
        for job in held { scheduler.enqueue(.job(job, self)) }
        held = []
    }
}
