import Core
import Expressions
import LibJQ

/// One expression, run by us and by libjq on the same document.
struct ExpressionCase {
    struct Times {
        /// Nanoseconds for an evaluation of a parsed document, and for parsing, evaluating and printing.
        var ours, libjq, oursWhole, libjqWhole: Double
    }

    let kind: String
    private let expression: Expression
    private let program: OpaquePointer
    private let document: JSON
    private let text: [UInt8]

    /// Throws `BenchmarkError` when one of the two does not compile the expression or they differ in the result.
    init(_ kind: String, _ source: String, on text: String) throws {
        self.kind = kind
        self.text = Array(text.utf8)
        document = try JSON(parsing: text)
        expression = try Expression(source)
        guard let program = libjq_compile(source) else { throw BenchmarkError("libjq does not compile \(source)") }
        self.program = program
        libjq_input(program, text, self.text.count)
        var budget = EvaluationBudget()
        let result = try expression.evaluate(document, budget: &budget)
        guard let other = libjq_result(program), let theirs = try? JSON(parsing: String(cString: other)),
            Self.alike(result, theirs)
        else { throw BenchmarkError("libjq has another result for \(source) than \(result)") }
    }

    /// libjq 1.6 prints 17 digits, which are not always the shortest.
    private static func alike(_ left: JSON, _ right: JSON) -> Bool {
        switch (left, right) {
        case (.array(let a), .array(let b)): a.count == b.count && zip(a, b).allSatisfy { alike($0, $1) }
        case (.object(let a), .object(let b)):
            a.count == b.count && a.allSatisfy { member in b[member.key].map { alike(member.value, $0) } ?? false }
        default: left.double.map { abs($0 - (right.double ?? .nan)) <= abs($0) * 1e-12 } ?? (left == right)
        }
    }

    func measure(rounds: Int) -> Times {
        let best = CPUClock.best(rounds: rounds, [evaluate, { _ = libjq_run(program, $0) }, convert, libjqConvert])
        return Times(ours: best[0], libjq: best[1], oursWhole: best[2], libjqWhole: best[3])
    }

    /// For a profiler: one side only.
    func repeated(_ times: Int, _ side: String) {
        switch side {
        case "libjq": _ = libjq_run(program, times)
        case "whole": convert(times)
        default: evaluate(times)
        }
    }

    /// As the engine does it: a budget for each evaluation.
    func evaluate(_ times: Int) {
        for _ in 0..<times {
            var budget = EvaluationBudget()
            _ = try? expression.evaluate(document, budget: &budget)
        }
    }

    func convert(_ times: Int) {
        for _ in 0..<times {
            var budget = EvaluationBudget()
            guard let input = try? JSON(parsing: text) else { return }
            _ = try? expression.evaluate(input, budget: &budget).bytes()
        }
    }

    private func libjqConvert(_ times: Int) {
        text.withUnsafeBytes { bytes in
            _ = libjq_convert(program, bytes.bindMemory(to: CChar.self).baseAddress, bytes.count, times)
        }
    }
}
