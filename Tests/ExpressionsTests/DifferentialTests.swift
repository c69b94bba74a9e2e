import Core
import Expressions
import Glibc
import Testing

/// Random programs give what jq gives. The installed jq is 1.6, whose known differences from 1.8 are data.
@Suite(.timeLimit(.minutes(60))) struct DifferentialTests {
    /// `CADENZA_DIFFERENTIAL` is the number of programs of a long run, `CADENZA_SEED` another beginning.
    private static func number(_ name: String, _ usual: UInt64) -> UInt64 {
        getenv(name).flatMap { UInt64(String(cString: $0)) } ?? usual
    }

    /// What marks the programs for which jq 1.6 differs: regular expressions on the lines of the program, of what we
    /// give and of what jq gives; each with the reason in the file.
    private static func differences() throws -> Expression {
        let patterns = try resource("differences.tsv").split(separator: "\n").filter { !$0.hasPrefix("# ") }.map {
            line in
            let columns = line.split(separator: "\t")
            if columns.count != 2 { Issue.record("a difference without a reason: \(line)") }
            return JSON.string(String(columns[0]))
        }
        return try Expression(". as $lines | any(\(JSON.array(patterns).text())[]; . as $p | $lines | test($p))")
    }

    @Test func randomProgramsGiveWhatJQGives() throws {
        let count = Int(Self.number("CADENZA_DIFFERENTIAL", 400))
        let first = Self.number("CADENZA_SEED", 1)
        let differences = try Self.differences()
        var (compared, excused, aborted, problems) = (0, 0, 0, 0)
        for start in stride(from: 0, to: count, by: 200) {
            var tasks: [(program: String, document: String)] = []
            for index in start..<min(count, start + 200) {
                var generator = ProgramGenerator(seed: first &* 1_000_003 &+ UInt64(index))
                tasks.append((generator.program(), generator.document()))
            }
            for (task, outcome) in zip(tasks, try ReferenceJQ.outcomes(tasks)) {
                guard case .results(let expected) = outcome else {
                    aborted += 1
                    continue
                }
                compared += 1
                let ours = Self.ours(task.program, task.document)
                if let ours, Self.alike(ours, expected) { continue }
                var budget = EvaluationBudget(steps: 10_000_000)
                if try differences.evaluate(
                    .string([task.program, ours?.text() ?? "", expected.text()].joined(separator: "\n")),
                    budget: &budget) == true
                {
                    excused += 1
                    continue
                }
                problems += 1
                guard problems <= 20 else { continue }
                let (gives, wanted) = (ours?.text() ?? "nothing", expected.text())
                Issue.record("\(task.program)\n  on \(task.document)\n  gives \(gives), jq \(wanted)")
            }
        }
        #expect(problems == 0)
        #expect(compared * 10 >= count * 9, "jq aborted \(aborted) of \(count)")
        #expect(excused * 4 < count, "\(excused) differences of \(count) are excused")
    }

    private static func ours(_ program: String, _ document: String) -> JSON? {
        guard let input = try? JSON(parsing: document), let expression = try? Expression(ReferenceJQ.wrapped(program))
        else { return nil }
        var budget = EvaluationBudget()
        return try? expression.evaluate(input, budget: &budget)
    }

    /// Equal, but for the last bit of a number: 1.6 has doubles alone and writes 17 digits.
    private static func alike(_ left: JSON, _ right: JSON) -> Bool {
        switch (left, right) {
        case (.array(let a), .array(let b)): return a.count == b.count && zip(a, b).allSatisfy(alike)
        case (.object(let a), .object(let b)):
            return a.count == b.count && a.allSatisfy { key, value in b[key].map { alike(value, $0) } ?? false }
        default:
            if let a = left.double, let b = right.double { return a == b || abs(a - b) <= abs(a) * 1e-15 }
            return left == right
        }
    }
}
