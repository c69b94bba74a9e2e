import Core
import Expressions
import Glibc
import Testing

/// Built-ins on strange values, programs on foreign documents: all end, by results or by a typed error.
@Suite(.timeLimit(.minutes(5))) struct StrangeInputTests {
    /// With `CADENZA_TRACE` set: what runs, in case that it is the last.
    private func trace(_ program: String) {
        guard getenv("CADENZA_TRACE") != nil else { return }
        let line = "\(program)\n"
        _ = line.withCString { write(2, $0, strlen($0)) }
    }

    /// What an error shows of a value that shares its parts is cut before it is written.
    @Test func messagesShowTheBeginningOnly() throws {
        for failing in ["-.", "implode", ". + 1", ".[\"a\"]", "test(\"a\")", "tonumber", "error"] {
            var budget = EvaluationBudget()
            let expression = try Expression("reduce range(50) as $i ([1]; [., .]) | \(failing)")
            do {
                _ = try expression.results(nil, budget: &budget)
                Issue.record("\(failing) has a result")
            } catch {
                #expect(error.detail.utf8.count < 600)
            }
        }
    }

    /// Every built-in on every kind of strange value: no combination may crash.
    @Test func noBuiltInCrashes() throws {
        var random = SplitMix64(seed: 3)
        var budget = EvaluationBudget()
        let names = try Expression("builtins").evaluate(nil, budget: &budget).array?.compactMap(\.string) ?? []
        #expect(names.count > 150)
        let values: [String] = [
            "null", "true", "0", "-1", "1.5", "nan", "infinite", "-infinite", "1e308", "1e18", "9223372036854775807",
            "-9223372036854775808", "\"\"", "\"a\"", "\"é\\u0000\"", "\"%\"", "\"(\"", "\"[\"", "(\"x\" * 1000)", "[]",
            "{}", "[[]]", "[null, 1, \"a\"]", "{a: null}", "[nan, infinite]", "[{key: 1, value: 2}]", "[range(100)]",
            "[[0], 1]", "{start: nan, end: {}}", "[1e18]", "(reduce range(500) as $i (0; [.]))", "empty", "error",
            "\"2015-03-05T23:51:47Z\"", "[2015, 2, 5, 23, 51, 47, 4, 63]", "(1, 2)", ".", ".[]", "\"a|b*\"", "\"gx\"",
        ]
        func value() -> String { values[Int(random.next() % UInt64(values.count))] }
        for name in names {
            let parts = name.split(separator: "/")
            let count = Int(parts[1]) ?? 0
            for round in 0..<(count == 0 ? values.count : 60) {
                let arguments = (0..<count).map { _ in value() }.joined(separator: "; ")
                let call = count == 0 ? String(parts[0]) : "\(parts[0])(\(arguments))"
                let program = "\(count == 0 ? values[round] : value()) | [limit(5; \(call))]"
                trace(program)
                guard let expression = try? Expression(program) else { continue }
                var budget = EvaluationBudget(steps: 30_000)
                _ = try? expression.results([1, "a"], budget: &budget)
            }
        }
    }

    /// Programs that make sense, on documents that do not.
    @Test func noProgramCrashesOnForeignDocuments() throws {
        let documents: [JSON] = [
            nil, 1, "a", [], [[], [nil]], ["a": ["a": ["a": []]]], [["k": "x"], ["k": []]],
            ["b": "no list", "e": ["k": 1]],
            ["a": [1], "b": ["x": 1], "c": 5, "d": [], "e": "x", "f": nil],
        ]
        for seed in 0..<3000 {
            var generator = ProgramGenerator(seed: UInt64(seed) &* 7919)
            guard let expression = try? Expression(generator.program()) else { continue }
            for document in documents {
                var budget = EvaluationBudget(steps: 50_000)
                _ = try? expression.results(document, budget: &budget)
            }
        }
    }
}
