public import Core

/// A failing run, complete in itself, to be kept and played again.
public struct Regression: Sendable {
    /// What was run.
    public var experiment: Experiment
    /// Its seed.
    public var seed: UInt64
    /// What went wrong in it.
    public var perturbations: [Perturbation]
    /// What did not hold, for the reader.
    public var problems: [String]

    /// The run `outcome` of `experiment`.
    public init(_ experiment: Experiment, _ outcome: Experiment.Outcome) {
        self.experiment = experiment
        (seed, perturbations, problems) = (outcome.seed, outcome.perturbations, outcome.problems)
    }

    /// The document; see `init(json:)`.
    public var json: JSON {
        [
            "form": 1, "seed": .string(String(seed)),
            "problems": .array(problems.map(JSON.string)),
            "perturbations": .array(perturbations.map(\.json)),
            "events": .array(
                experiment.happenings.map {
                    ["milliseconds": .integer($0.after.wholeMilliseconds), "event": $0.event]
                }),
            "input": experiment.input, "invariants": .array(experiment.invariants.map(JSON.string)),
            "stubs": experiment.stubs, "definitions": .array(experiment.definitions.map(JSON.string)),
        ]
    }

    /// Reads what `json` wrote; nil when a member is missing, malformed or of another form.
    public init?(json: JSON) {
        guard json["form"]?.int == 1, let seed = json["seed"]?.string.flatMap(UInt64.init),
            let perturbations = json["perturbations"]?.array?.map(Perturbation.init(json:)),
            let events = json["events"]?.array, let definitions = json["definitions"]?.array?.compactMap(\.string),
            !definitions.isEmpty, !perturbations.contains(where: { $0 == nil })
        else { return nil }
        var experiment = Experiment(definitions: definitions)
        experiment.input = json["input"] ?? [:]
        experiment.stubs = json["stubs"] ?? []
        experiment.invariants = json["invariants"]?.array?.compactMap(\.string) ?? []
        for event in events {
            guard let milliseconds = event["milliseconds"]?.int, let event = event["event"] else { return nil }
            experiment.happenings.append(.init(after: .milliseconds(milliseconds), event: event))
        }
        (self.experiment, self.seed, self.perturbations) = (experiment, seed, perturbations.compactMap(\.self))
        problems = json["problems"]?.array?.compactMap(\.string) ?? []
    }
}
