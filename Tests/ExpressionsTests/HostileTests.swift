import Core
import Expressions
import Testing

/// Programs that would hang, bloat or crash a careless evaluator.
@Suite(.timeLimit(.minutes(5))) struct HostileTests {
    static let programs = [
        "[range(1e12)]", "range(1e12)", "last(range(1e12))", "[limit(1e12; repeat(1))]", "def f: f; f",
        "def f: f + 1; f", "def f: [f]; f", "def f: f, f; [f]", "[recurse(. + 1)]", "until(false; . + 1)",
        "reduce range(1e9) as $i (0; . + 1)", "reduce range(1e6) as $i ([]; [.])",
        "reduce range(1e6) as $i (null; {a: .})",
        "reduce range(100) as $i (\"x\"; . + .)", "\"x\" * 1e9", "reduce range(60) as $i ([1]; [., .])",
        "reduce range(60) as $i ([1]; . + .)", ".[1e9] = 1", ".[5e8] = 1", "[range(1e6)] | combinations(9)",
        "reduce range(60) as $i ([1]; [., .]) | tojson", "reduce range(60) as $i ([1]; [., .]) | [..] | length",
        "(reduce range(60) as $i ([1]; [., .])) as $x | (reduce range(60) as $i ([1]; [., .])) as $y | $x == $y",
        "reduce range(60) as $i ([1]; [., .]) | flatten", "def f(g): f(g | g); f(.)", "[..] | repeat([.])",
        "reduce range(1e6) as $i (1; -.) | while(true; .)", "path(repeat(.))", "label $x | repeat(.)",
        "[range(100000)] | map([range(100000)])", "reduce range(1000000) as $i (null; setpath([range(900) | 0]; 1))",
        "\"\\(range(1e12))\"", "try repeat(error) catch .", "def w: walk(w); [1] | w", "[range(300000)] | sort_by(-.)",
        "[range(10000)] - [range(10000)]", "[limit(100000; repeat(\"xxxxxxxxxxxxxxxx\"))] | join(\",\") * 1000",
        "reduce range(3000) as $i ([]; [.]) | tojson | fromjson", "[range(1e5)] | indices([range(5e4)])",
    ]

    @Test(arguments: programs) func noProgramHangsOrCrashes(program: String) throws {
        let expression = try Expression(program)
        var budget = EvaluationBudget()
        // A result is as good as a refusal: what counts is to come back.
        _ = try? expression.results(nil, budget: &budget)
        #expect(budget.steps >= 0)
    }

    @Test func deepProgramsAreRefusedAndNotFollowed() {
        for (open, close) in [
            ("(", ")"), ("[", "]"), ("{a:", "}"), ("\"\\(", ")\""), ("-", ""), ("if 1 then ", " end"), (".[", "]"),
        ] {
            let program = String(repeating: open, count: 5000) + "1" + String(repeating: close, count: 5000)
            #expect(throws: ExpressionSyntaxError.self) { try Expression(program) }
        }
        for joint in ["|", ",", "+", "//", " and ", " as $x|", "=", "?//"] {
            let program = Array(repeating: "1", count: 5000).joined(separator: joint)
            #expect(throws: ExpressionSyntaxError.self) { try Expression(program) }
        }
        #expect(throws: ExpressionSyntaxError.self) { try Expression("1" + String(repeating: ".a", count: 5000)) }
        #expect(throws: ExpressionSyntaxError.self) {
            try Expression(String(repeating: "def f: 1; ", count: 2000) + "1")
        }
    }

    @Test func noBytesCrashTheCompiler() {
        var random = SplitMix64(seed: 7)
        let alphabet = Array(".[]{}()|,:;$@\"\\ 1aéf?/=<>+-*%#\nreduce foreach as def if then else end try catch \u{0}")
        for _ in 0..<20_000 {
            let length = Int(random.next() % 24)
            let program = String((0..<length).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] })
            guard let expression = try? Expression(program) else { continue }
            var budget = EvaluationBudget(steps: 10_000)
            _ = try? expression.results(["a": [1, "é"]], budget: &budget)
        }
    }

    @Test func whatIsImpureIsRefusedWhenCompiling() {
        for program in [
            "input", "inputs", "env", "$ENV", "now", "localtime", "debug", "stderr", "halt", "import \"a\" as b; 1",
            "input_line_number", "$nobody", "nothing(1)",
        ] {
            #expect(throws: ExpressionSyntaxError.self) { try Expression(program) }
        }
    }

    @Test func oneResultIsWanted() throws {
        var budget = EvaluationBudget()
        #expect(try Expression("empty").evaluate(1, budget: &budget) == nil)
        #expect(throws: EvaluationError.severalResults) { try Expression("1, 2").evaluate(1, budget: &budget) }
        let expression = try Expression("$context.a + $input", allowing: ["input", "context", "other"])
        #expect(expression.variables == ["context", "input"])
        #expect(try expression.evaluate(nil, [["a": 1], 2], budget: &budget) == 3)
    }
}
