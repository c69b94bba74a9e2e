import Core

/// What the workloads work on.
struct Stage: Sendable {
    let places: Places
    let options: Options
    let limits: Limits
    /// New for each run; letters and digits.
    let tag: String
    let tell: Progress
    let api: WorkflowAPI
    let watch: CompletionWatch
    let server: StepServer
    /// Memory before the first request.
    let idle: MemoryUse
    /// What later workloads need of earlier ones.
    let shared = SharedRuns()

    var sizes: Sizes { options.sizes }

    /// What ids of copies begin with: of this run and workload.
    func idPrefix(_ workload: Int) -> String {
        let run = String((Int(tag, radix: 36) ?? 0) & 0xffff_ffff, radix: 16)
        return String(repeating: "0", count: 8 - run.count) + run + "-000\(workload)-7000-8000-"
    }

    /// For workloads that end and start services. Throws `BenchError` when the benchmark was not told how.
    func control() throws(BenchError) -> StackControl {
        guard let command = options.stack, let run = options.run else {
            throw BenchError("needs CADENZA_BENCH_STACK and --run; use benchmarks/run")
        }
        return StackControl(command: command, run: run)
    }

    /// Waits until the stack uses less than a tenth of a core, so that one workload does not pay for another. Gives up
    /// after five minutes.
    func rest() async {
        guard let run = options.run else { return }
        var (last, at) = (CPUTimes.read(run: run).total, ContinuousClock.now)
        for _ in 0..<600 {
            try? await ContinuousClock().sleep(for: .milliseconds(500))
            let (now, time) = (CPUTimes.read(run: run).total, ContinuousClock.now)
            if now - last < 0.1 * (time - at).asSeconds { return }
            (last, at) = (now, time)
        }
    }
}
