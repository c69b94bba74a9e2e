import CommandLineDomain
import Core
import Expressions
import Runner
import Workflow

/// `cadenza simulate FILE`
enum SimulateCommand: Command {
    static let form = CommandForm(
        name: "simulate", summary: "Runs a definition many times in virtual time while things go wrong.",
        discussion:
            "Every seed is another run: attempts fail, answers come late or twice or after a day, the engine is\n"
            + "restarted, events overtake each other. Invariants are jq conditions over { status, output, fault,\n"
            + "context, input, seconds, events, published, executions } that must hold at the end of every run.\n"
            + "A failing run is reduced to what is needed to fail, and kept in a file that --replay plays again.",
        operands: [.init("FILE", "The definition; not needed with --replay.", isOptional: true)],
        options: PlayOptions.options + [
            .init("invariant", "JQ", "What must hold at the end.", repeats: true),
            .init("seeds", "N", "How many runs; 100 unless told otherwise."),
            .init("first", "SEED", "The first seed; 0 unless told otherwise."),
            .init(
                "faults", "KINDS",
                "What may go wrong, with commas; all kinds unless told otherwise, or none:\n"
                    + "                              " + kinds.joined(separator: ", ")),
            .init("rate", "P", "How probable each is at each place; 0.1 unless told otherwise."),
            .init("save", "FILE", "Where a failing run goes; regression-SEED.json unless told otherwise."),
            .init("replay", "FILE", "Plays a kept run again."),
            .init("json", nil, "Prints the result as one JSON object."),
        ],
        examples: [
            .init(
                "cadenza simulate pay.yaml --stubs stubs.yaml --seeds 1000 --invariant '.status != \"running\"'",
                "Looks for a run that hangs."),
            .init("cadenza simulate --replay regression-17.json", "Does it still fail?"),
        ])

    private static let kinds = Perturbation.Kind.allCases.map(\.rawValue)

    static func run(_ arguments: ArgumentValues, _ console: Console) async throws -> ExitStatus {
        if let name = arguments["replay"] { return try await replay(name, arguments, console) }
        guard !arguments.operands.isEmpty else { throw UsageError("FILE is missing", command: "simulate") }
        let experiment = try await experiment(arguments, console)
        let prepared = try Self.prepared(experiment)
        let count = try number(arguments["seeds"], "seeds", 1...10_000_000) ?? 100
        let first = UInt64(try number(arguments["first"], "first", 0...Int.max / 2) ?? 0)
        var (statuses, applied): ([String: Int], [String: Int]) = ([:], [:])
        for seed in first..<first + UInt64(count) {
            let outcome = await prepared.run(seed: seed)
            statuses[outcome.status, default: 0] += 1
            for perturbation in outcome.perturbations { applied[perturbation.kind.rawValue, default: 0] += 1 }
            if !outcome.problems.isEmpty { return try await keep(outcome, prepared, arguments, console) }
        }
        if arguments.has("json") {
            console.print(
                JSON.object([
                    "seeds": .integer(Int64(count)), "statuses": counts(statuses), "perturbations": counts(applied),
                    "problems": [],
                ]).text(.pretty))
        } else {
            console.print("\(console.painted("ok", .green)): \(count) seeds, \(words(statuses))")
            console.print("went wrong on the way: \(applied.isEmpty ? "nothing" : words(applied))")
        }
        return .done
    }

    private static func experiment(_ arguments: ArgumentValues, _ console: Console) async throws(UsageError)
        -> Experiment
    {
        let play = try await PlayOptions(arguments, console)
        var experiment = Experiment(definitions: play.texts)
        experiment.input = play.input
        experiment.stubs = play.stubs
        experiment.happenings = play.events.map { .init(after: $0.after, event: $0.event) }
        experiment.invariants = arguments.all("invariant")
        if let text = arguments["faults"] {
            experiment.kinds = []
            for word in text.split(separator: ",") where word != "none" {
                guard let kind = Perturbation.Kind(rawValue: String(word)) else {
                    throw UsageError("\(word) is none of \(kinds.joined(separator: ", "))", command: "simulate")
                }
                experiment.kinds.append(kind)
            }
        }
        if let text = arguments["rate"] {
            guard let rate = Double(text), (0...1).contains(rate) else {
                throw UsageError("\(text) is no probability from 0 to 1", command: "simulate")
            }
            experiment.rate = rate
        }
        return experiment
    }

    private static func prepared(_ experiment: Experiment) throws(UsageError) -> PreparedExperiment {
        do {
            return try experiment.prepared()
        } catch let error as ExpressionSyntaxError {
            throw UsageError("an invariant is no jq: \(error)", command: "simulate")
        } catch {
            throw UsageError("\(error)")
        }
    }

    private static func keep(
        _ outcome: Experiment.Outcome, _ prepared: PreparedExperiment, _ arguments: ArgumentValues, _ console: Console
    ) async throws -> ExitStatus {
        let (smaller, least) = await prepared.shrunk(outcome)
        let name = arguments["save"] ?? "regression-\(outcome.seed).json"
        try InputFile.write(Regression(smaller.experiment, least).json.text(.pretty) + "\n", to: name)
        report(least, arguments, console, kept: name, before: outcome.perturbations.count)
        return .negative
    }

    private static func replay(
        _ name: String, _ arguments: ArgumentValues, _ console: Console
    ) async throws -> ExitStatus {
        let json = try InputFile.value("@" + name, name)
        guard let regression = Regression(json: json) else { throw UsageError("\(name) is no kept run") }
        let prepared = try prepared(regression.experiment)
        let outcome = await prepared.replay(seed: regression.seed, regression.perturbations)
        guard outcome.problems.isEmpty else {
            report(outcome, arguments, console, kept: nil, before: outcome.perturbations.count)
            return .negative
        }
        console.print("\(console.painted("ok", .green)): \(name) does not fail any more")
        return .done
    }

    private static func report(
        _ outcome: Experiment.Outcome, _ arguments: ArgumentValues, _ console: Console, kept: String?, before: Int
    ) {
        if arguments.has("json") {
            var object: JSONObject = [
                "seed": .string(String(outcome.seed)), "status": .string(outcome.status),
                "problems": .array(outcome.problems.map(JSON.string)),
                "perturbations": .array(outcome.perturbations.map(\.json)),
            ]
            object["file"] = kept.map(JSON.string)
            return console.print(JSON.object(object).text(.pretty))
        }
        console.print("\(console.painted("failed", .red)): seed \(outcome.seed), \(outcome.status)")
        for problem in outcome.problems { console.print("  \(problem)") }
        let fewer = before > outcome.perturbations.count ? " (of \(before))" : ""
        console.print("it takes\(fewer): \(outcome.perturbations.isEmpty ? "nothing to go wrong" : "")")
        for perturbation in outcome.perturbations {
            let delay = perturbation.delay == .zero ? "" : ", \(perturbation.delay.iso8601)"
            console.print("  \(perturbation.kind.rawValue) at \(perturbation.place)\(delay)")
        }
        if let kept { console.print("kept: cadenza simulate --replay \(kept)") }
    }

    private static func number(
        _ text: String?, _ name: String, _ range: ClosedRange<Int>
    ) throws(UsageError) -> Int? {
        guard let text else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError("--\(name) \(text) is no whole number from \(range.lowerBound)", command: "simulate")
        }
        return number
    }

    private static func counts(_ counts: [String: Int]) -> JSON {
        .object(JSONObject(counts.sorted { $0.key < $1.key }.map { ($0.key, .integer(Int64($0.value))) }))
    }

    private static func words(_ counts: [String: Int]) -> String {
        counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }
}
