import Core
import Expressions

/// jq's own test files: groups of a program, an input and the expected results, one a line.
struct PublicSuite {
    struct Case {
        var program: String
        var input: String
        var expected: [String]
        /// The program must be refused.
        var mustFail: Bool
        var line: Int
    }

    var cases: [Case] = []

    init(file: String) throws {
        let text = try resource(file)
        var group: [(String, Int)] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) + [""]
        for (number, line) in lines.enumerated() {
            let bare = line.drop { $0 == " " || $0 == "\t" }
            if bare.hasPrefix("#") { continue }
            if bare.isEmpty {
                add(group)
                group = []
            } else {
                group.append((line, number + 1))
            }
        }
    }

    private mutating func add(_ group: [(String, Int)]) {
        guard let first = group.first else { return }
        if first.0.hasPrefix("%%FAIL") {
            guard group.count > 1 else { return }
            cases.append(Case(program: group[1].0, input: "null", expected: [], mustFail: true, line: group[1].1))
        } else if group.count > 1 {
            cases.append(
                Case(
                    program: first.0, input: group[1].0, expected: group.dropFirst(2).map(\.0), mustFail: false,
                    line: first.1))
        }
    }

    /// jq's JSON has numbers beyond all bounds, and none at all; our programs can write them.
    private static func value(_ text: String) -> JSON? {
        if let value = try? JSON(parsing: text) { return value }
        let program = text.replacing("Infinity", with: "infinite").replacing("NaN", with: "nan")
        var budget = EvaluationBudget()
        return try? Expression(program).evaluate(nil, budget: &budget)
    }

    /// What differs from the expected results; nil when nothing does.
    static func problem(_ test: Case) -> String? {
        let expression: Expression
        do {
            expression = try Expression(test.program)
        } catch {
            return test.mustFail ? nil : "refused: \(error)"
        }
        if test.mustFail { return "compiles" }
        guard let input = value(String(test.input.trimmingPrefix("\u{feff}"))) else { return "unreadable input" }
        var budget = EvaluationBudget()
        var results: [JSON] = []
        do {
            results = try expression.results(input, budget: &budget)
        } catch {
            // jq's runner takes an error for the end of the results.
            guard case .raised = error, let first = try? Expression("limit(\(test.expected.count); \(test.program))"),
                let some = try? first.results(input, budget: &budget)
            else { return "\(error): \(error.detail)" }
            results = some
        }
        let expected = test.expected.compactMap(value)
        guard expected.count == test.expected.count else { return "unreadable expectation" }
        return results == expected ? nil : "gives \(results.map { $0.text() }.joined(separator: " ⏎ "))"
    }
}
