import Core
import Expressions
import Glibc
import Testing

/// What nests deeply ends in an error or a result, on a thread with a small stack too.
@Suite(.timeLimit(.minutes(5))) struct StackTests {
    /// Programs that nest while they run.
    static let programs = [
        "def f: 1 + f; f", "def f: [f]; f", "def f: {a: f}; f", "def f: \"\\(f)\"; f", "def f: f | .; f",
        "def f: -f; f", "def f(g): f(g | g); f(.)", "def f: if f then 1 else 2 end; f", "def f: f // 1; f",
        "def f: try f catch .; f", "def f: f as [$a, {b: $c}] | $c; f", "def f: reduce f as $x (0; . + $x); f",
        "def f: foreach f as $x (0; . + $x; .); f", "def f: first(f, 1); f", "def f: limit(3; f); f",
        "def f: label $out | f; f", "def f: sort_by(f); [1, 2] | f", "def f: map(f); [[]] | f", "def f: path(f); f",
        "def f: .a | f; path(f)", "def f: select(f); f", "def f: any(f; .); f", "def f: .[f]; f", "def f: .[f:]; f",
        "def f: (.a |= f); {} | f", "def f: (f | has(0)); f", "def f: range(f); f", "def f: f and f; f",
        "def f: isempty(f); f", "def f: ., (.[]? | f); f", "[recurse(.[]?; true)]", "def f: f, f; [f]",
        "reduce range(900) as $i (0; [.]) | ., walk(.)", "reduce range(900) as $i (0; {a: .})",
        "reduce range(900) as $i (0; {a: .}) | . == .", "reduce range(1400) as $i (0; [.]) | walk(.)",
        "reduce range(1400) as $i (0; {a: .}) | [..] | length",
        "reduce range(1400) as $i (0; [.]) | [., .] | sort", "reduce range(1400) as $i (0; [.]) | tojson | fromjson",
        "reduce range(1400) as $i (0; {a: .}) | . * .", "reduce range(1400) as $i (0; [.]) | contains(.)",
        "reduce range(1400) as $i (0; [.]) | flatten",
        "[range(60)] | map(. as $x | def f: if . == 0 then $x else . - 1 | [f][0] end; f)",
    ]

    @Test(arguments: programs) func halfAMegabyteIsEnough(program: String) throws {
        let expression = try Expression(program)
        let ended = onSmallStack {
            var budget = EvaluationBudget()
            _ = try? expression.results(nil, budget: &budget)
            var small = EvaluationBudget(depth: 30)
            _ = try? expression.results(nil, budget: &small)
        }
        #expect(ended)
    }

    @Test func deepEvaluationsHaveTheSameResults() throws {
        let expression = try Expression("def f: if . == 0 then \"end\" else . - 1 | [f] | .[0] end; f")
        for levels in [3, 9, 12, 40, 100] {
            var budget = EvaluationBudget()
            #expect(try expression.results(.integer(Int64(levels)), budget: &budget) == ["end"])
            #expect(budget.steps < EvaluationBudget().steps)
        }
        var small = EvaluationBudget(depth: 100)
        #expect(throws: EvaluationError.depth) { try expression.results(100, budget: &small) }
    }

    @Test func deepProgramsCompileOnASmallStack() {
        for (open, close) in [
            ("(", ")"), ("[", "]"), ("{a:", "}"), ("\"\\(", ")\""), ("-", ""), ("if 1 then ", " end"),
        ] {
            for depth in [20, 40, 60, 75, 200, 5000] {
                let program = String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
                #expect(onSmallStack { _ = try? Expression(program) })
            }
        }
        for joint in ["|", ",", "+", "//", " and ", " as $x|", "="] {
            for count in [20, 60, 100, 290, 5000] {
                let program = Array(repeating: "1", count: count).joined(separator: joint)
                #expect(onSmallStack { _ = try? Expression(program) })
            }
        }
    }

    /// Runs `body` on a thread with a stack of 512 KB; a stack that overflows ends the process.
    private func onSmallStack(_ body: @escaping () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, 512 << 10)
        final class Job {
            let body: () -> Void
            init(_ body: @escaping () -> Void) { self.body = body }
        }
        let job = Job(body)
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, &attributes,
            { opaque in
                Unmanaged<Job>.fromOpaque(opaque!).takeUnretainedValue().body()
                return nil
            }, Unmanaged.passUnretained(job).toOpaque())
        guard failure == 0 else { return false }
        return pthread_join(thread, nil) == 0
    }
}
