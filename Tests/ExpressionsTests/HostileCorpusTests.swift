import Core
import Expressions
import Glibc
import Testing

/// The corpus `hostile.txt`: every program ends within its budget, by results or by a typed error.
@Suite(.timeLimit(.minutes(5))) struct HostileCorpusTests {
    @Test func everyProgramEndsInTimeAndMemory() throws {
        let programs = try resource("hostile.txt").split(separator: "\n").filter { !$0.hasPrefix("# ") }.map(
            String.init)
        #expect(programs.count > 200)
        for program in programs {
            let began = ContinuousClock.now
            guard let expression = try? Expression(program) else { continue }
            for input: JSON in [nil, [1, [2], ["a": 3]]] {
                // A tenth of the usual steps: what matters is that no built-in does more than it counts.
                var budget = EvaluationBudget(steps: 200_000)
                _ = try? expression.results(input, budget: &budget)
                #expect((0...200_000).contains(budget.steps))
            }
            let took = ContinuousClock.now - began
            // Tests are not optimised, and others run beside this one.
            #expect(took < .seconds(20), "\(program) takes \(took)")
        }
        var usage = rusage()
        getrusage(0, &usage)
        #expect(usage.ru_maxrss < 3_000_000, "the process grew to \(usage.ru_maxrss) KB")
    }
}
