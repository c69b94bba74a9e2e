import Core
import Workflow

/// An experiment whose parts have been read: it can be run, again and again.
public struct PreparedExperiment: Sendable {
    /// What it was made of.
    public private(set) var experiment: Experiment
    let shelf: DefinitionShelf
    let first: CompiledDefinition
    let stubs: StubTable
    let invariants: [Invariant]

    static let id = "run"

    /// One run in which what goes wrong is drawn from `seed`.
    public func run(seed: UInt64) async -> Experiment.Outcome {
        await run(seed, Disturbance(seed: seed, kinds: experiment.kinds, rate: experiment.rate))
    }

    /// One run in which exactly `perturbations` go wrong; `seed` decides between what happens at the same moment.
    public func replay(seed: UInt64, _ perturbations: [Perturbation]) async -> Experiment.Outcome {
        await run(seed, Disturbance(replaying: perturbations))
    }

    private func run(_ seed: UInt64, _ disturbance: Disturbance) async -> Experiment.Outcome {
        var options = World.Options()
        options.seed = seed
        options.disturbance = disturbance
        options.eventLimit = experiment.eventLimit
        var world = World(shelf, options: options)
        let start = world.now
        world.start(first, id: Self.id, input: experiment.input)
        for happening in experiment.happenings { world.publish(happening.event, at: start + happening.after) }
        var runner = Runner(world, functions: stubs.copy())
        var problems: [String] = []
        do {
            try await runner.run()
            runner.world.drain()
        } catch {
            problems.append("\(error)")
        }
        world = runner.world
        problems += world.breaches
        let view = world.view(of: Self.id)
        for invariant in invariants {
            if let problem = invariant.problem(view) { problems.append("\(invariant.text): \(problem)") }
        }
        return Experiment.Outcome(
            seed: seed, perturbations: world.options.disturbance.applied, problems: problems,
            status: view["status"]?.string ?? "", logHash: world.logHash, events: world.log.count)
    }

    /// A failing run with as little as possible going wrong and being published: first halves, then smaller parts are
    /// left out as long as it still fails. Gives the experiment with its remaining events, and the run.
    public func shrunk(_ outcome: Experiment.Outcome) async -> (PreparedExperiment, Experiment.Outcome) {
        var smallest = await replay(seed: outcome.seed, outcome.perturbations)
        // What was drawn is not all that the seed decides: then it stays as it is.
        guard !smallest.problems.isEmpty else { return (self, outcome) }
        let perturbations = await Self.reduced(smallest.perturbations) { part in
            await !replay(seed: outcome.seed, part).problems.isEmpty
        }
        var prepared = self
        prepared.experiment.happenings = await Self.reduced(experiment.happenings) { part in
            var fewer = self
            fewer.experiment.happenings = part
            return await !fewer.replay(seed: outcome.seed, perturbations).problems.isEmpty
        }
        smallest = await prepared.replay(seed: outcome.seed, perturbations)
        return (prepared, smallest)
    }

    /// The least part of `list` that still fails, found by leaving out ever smaller pieces.
    private static func reduced<Element>(
        _ list: [Element], fails: ([Element]) async -> Bool
    ) async -> [Element] {
        var kept = list
        var size = max(1, kept.count / 2)
        while !kept.isEmpty {
            var at = 0
            var hasShrunk = false
            while at < kept.count {
                let fewer = Array(kept[..<at] + kept[min(kept.count, at + size)...])
                if await fails(fewer) {
                    kept = fewer
                    hasShrunk = true
                } else {
                    at += size
                }
            }
            if size == 1, !hasShrunk { break }
            size = max(1, size / 2)
        }
        return kept
    }
}
