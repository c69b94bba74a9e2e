import Core
import Expressions
import Glibc
import Testing

/// The corpus `hostile.txt`: every program ends within its budget, by results or by a typed error.
@Suite(.timeLimit(.minutes(15))) struct HostileCorpusTests {
    @Test func everyProgramEndsInTimeAndMemory() throws {
        let programs = try resource("hostile.txt").split(separator: "\n").filter { !$0.hasPrefix("# ") }.map(
            String.init)
        #expect(programs.count > 200)
        for program in programs {
            let began = cpuTime()
            guard let expression = try? Expression(program) else { continue }
            for input: JSON in [nil, [1, [2], ["a": 3]]] {
                // A tenth of the usual steps: what matters is that no built-in does more than it counts.
                var budget = EvaluationBudget(steps: 200_000)
                _ = try? expression.results(input, budget: &budget)
                #expect((0...200_000).contains(budget.steps))
            }
            // Tests are not optimised.
            #expect(cpuTime() - began < 20, "\(program) takes \(cpuTime() - began) s")
        }
        var usage = rusage()
        getrusage(0, &usage)
        #expect(usage.ru_maxrss < 3_000_000, "the process grew to \(usage.ru_maxrss) KB")
    }

    /// Seconds that this thread has computed: what else the machine does is not to be measured.
    private func cpuTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
