import Core
import Glibc
import LibJQ

/// Measures the workflow language: expressions beside libjq, decoding a definition, deciding.
@main enum Main {
    static let help = """
        language-bench: expressions beside libjq 1.6, decoding, deciding; each with its aim.

          --rounds N        turns that both sides take (20)
          --cases           the kinds of expressions, one a line
          --parts           the parts of a step of the engine, one a line
          --case KIND       that expression or part only
          --repeat N SIDE   runs it N times and prints nothing: for perf and valgrind; SIDE is ours,
                            libjq, or whole for ours with parsing and printing
          --examples FOLDER where the specification's examples are (Tests/Conformance/upstream/examples)
        """

    static func main() {
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            let text = "language-bench: \(error)\n"
            _ = write(2, text, text.utf8.count)
            exit(1)
        }
    }

    private static func run(_ arguments: [String]) throws {
        var rest = arguments[...]
        var (rounds, kind, folder) = (20, String?.none, "Tests/Conformance/upstream/examples")
        var only: (times: Int, side: String)?
        while let name = rest.popFirst() {
            switch name {
            case "--rounds": rounds = Int(rest.popFirst() ?? "") ?? rounds
            case "--cases":
                for (kind, _) in Document.expressions { print(kind) }
                return
            case "--parts":
                for part in EngineStep.Part.allCases { print(part.rawValue) }
                return
            case "--case": kind = rest.popFirst()
            case "--examples": folder = rest.popFirst() ?? folder
            case "--repeat": only = (Int(rest.popFirst() ?? "") ?? 1, rest.popFirst() ?? "ours")
            default:
                print(help)
                return
            }
        }
        if let part = kind.flatMap(EngineStep.Part.init(rawValue:)) {
            let step = try EngineStep()
            if let only { return step.run(part, only.times) }
            return Table.aim("\(part)", CPUClock.best(rounds: rounds, [{ step.run(part, $0) }])[0], below: 1)
        }
        if let error = libjq_open() { throw BenchmarkError("\(String(cString: error)) (apt-get install libjq1)") }
        let cases = try Document.expressions.filter { kind == nil || $0.kind == kind }.map {
            try ExpressionCase($0.kind, $0.text, on: Document.text)
        }
        if let only {
            for test in cases { test.repeated(only.times, only.side) }
            return
        }
        Table.expressions(cases.map { ($0.kind, $0.measure(rounds: rounds)) })
        guard kind == nil else { return }
        let workflow = try LongWorkflow()
        Table.aim("a workflow of 50 tasks decided", CPUClock.best(rounds: rounds, [workflow.run])[0], below: 2)
        do {
            let example = try Examples(folder: folder)
            Table.aim(
                "\(example.name) decoded and checked", CPUClock.best(rounds: rounds, [example.decode])[0], below: 5)
        } catch {
            print("decoding: \(error)")
        }
    }
}
