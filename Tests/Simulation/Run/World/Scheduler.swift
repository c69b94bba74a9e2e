import CSimulation
import Core

/// Runs everything of a simulation on one thread: which job is next is the seed's choice, and time passes only when the
/// scheduler says so.
///
/// Unchecked because all of it happens on the one thread that called `run`.
final class Scheduler: @unchecked Sendable {
    private struct Timer {
        var due: UInt64
        var number: UInt64
        var fire: Entry
    }

    /// Something to run.
    enum Entry {
        case job(UnownedJob, Incarnation?)
        case call(() -> Void)
    }

    /// The scheduler whose thread this is.
    nonisolated(unsafe) static var current: Scheduler?
    /// 14 November 2023, so that times look like times.
    static let start = Instant(microseconds: 1_700_000_000_000_000)

    private(set) var random: SplitMix64
    private var ready: [Entry] = []
    private var timers: [Timer] = []
    private var numbered: UInt64 = 0
    /// How many jobs have run.
    private(set) var steps = 0
    /// What happened so far, as one number.
    private(set) var trace: UInt64 = 0xcbf2_9ce4_8422_2325
    /// Called before each step.
    var beforeStep: () -> Void = {}
    /// Called with what is noted.
    var listener: ((String) -> Void)?

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// The present moment, in nanoseconds since 1970.
    var now: UInt64 { simulation_now() }
    var instant: Instant { Instant(microseconds: Int64(now / 1000)) }

    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    func chance(_ permille: Int) -> Bool { below(1000) < permille }

    /// Takes a part in the trace.
    func note(_ text: @autoclosure () -> String) {
        let text = text()
        for byte in text.utf8 { trace = (trace ^ UInt64(byte)) &* 0x100_0000_01b3 }
        listener?(text)
    }

    func enqueue(_ entry: Entry) { ready.append(entry) }

    func after(_ nanoseconds: UInt64, _ entry: Entry) {
        numbered += 1
        timers.append(Timer(due: now &+ nanoseconds, number: numbered, fire: entry))
        siftUp(timers.count - 1)
    }

    func after(_ duration: Duration, _ call: @escaping () -> Void) { after(duration.nanoseconds, .call(call)) }

    /// Forgets the jobs of a process that died.
    func drop(_ incarnation: Incarnation) {
        ready.removeAll { if case .job(_, let owner) = $0 { owner === incarnation } else { false } }
    }

    /// Takes the jobs of a process that does not run for a while.
    func take(_ incarnation: Incarnation) -> [UnownedJob] {
        let jobs = ready.compactMap { entry in
            if case .job(let job, let owner) = entry, owner === incarnation { job } else { nil }
        }
        drop(incarnation)
        return jobs
    }

    /// Runs until `isOver`, or nothing is left to happen. False for the latter, and after `limit` steps.
    func run(limit: Int, until isOver: () -> Bool) -> Bool {
        while !isOver() {
            beforeStep()
            while let first = timers.first, first.due <= now { fire() }
            if ready.isEmpty {
                guard let first = timers.first else { return false }
                simulation_set_now(first.due)
                fire()
                continue
            }
            guard steps < limit else { return false }
            step()
        }
        return true
    }

    private func step() {
        let at = ready.count == 1 ? 0 : below(ready.count)
        let entry = ready[at]
        ready.swapAt(at, ready.count - 1)
        ready.removeLast()
        steps += 1
        trace = (trace ^ UInt64(at)) &* 0x100_0000_01b3
        switch entry {
        case .call(let call): call()
        case .job(let job, let owner):
            let owner = owner ?? Incarnation.nobody
            simulation_draw_from(owner.randomness)
            job.runSynchronously(
                isolatedTo: owner.asUnownedSerialExecutor(), taskExecutor: owner.asUnownedTaskExecutor())
            simulation_draw_from(nil)
        }
        // Computing takes time too.
        simulation_set_now(now &+ 1000 &+ random.next() % 20_000)
    }

    // MARK: - The heap of timers

    private func fire() {
        let first = timers[0]
        let last = timers.removeLast()
        if !timers.isEmpty {
            timers[0] = last
            siftDown()
        }
        switch first.fire {
        case .call(let call): call()
        case .job(let job, let owner?): owner.wake(job)
        case .job: enqueue(first.fire)
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (timers[left].due, timers[left].number) < (timers[right].due, timers[right].number)
    }

    private func siftUp(_ start: Int) {
        var at = start
        while at > 0, isBefore(at, (at - 1) / 2) {
            timers.swapAt(at, (at - 1) / 2)
            at = (at - 1) / 2
        }
    }

    private func siftDown() {
        var at = 0
        while true {
            var least = at
            for child in [2 * at + 1, 2 * at + 2] where child < timers.count && isBefore(child, least) { least = child }
            if least == at { return }
            timers.swapAt(at, least)
            at = least
        }
    }
}

extension Duration {
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        return UInt64(max(0, seconds)) * 1_000_000_000 + UInt64(max(0, attoseconds / 1_000_000_000))
    }
}
