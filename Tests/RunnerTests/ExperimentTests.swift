import Core
import Runner
import Testing

@Suite(.timeLimit(.minutes(5))) struct ExperimentTests {
    /// Counts a charge for each attempt: wrong as soon as an answer is lost.
    static func careless(_ invariant: String) -> Experiment {
        var experiment = Experiment(definitions: [
            """
            document: { dsl: '1.0.3', namespace: test, name: careless, version: '1.0.0' }
            do:
              - guarded:
                  try: [ { charge: { call: http, with: { method: post, endpoint: 'https://pay.example' } } } ]
                  catch: { retry: { delay: PT1S, limit: { attempt: { count: 9 } } } }
              - pause: { wait: PT1M }
              - note: { call: http, with: { method: post, endpoint: 'https://note.example' } }
            """
        ])
        experiment.stubs = [["function": "http", "output": ["ok": true], "delay": "PT1S"]]
        experiment.happenings = [
            .init(after: .seconds(1), event: ["type": "noise.v1"]), .init(after: .seconds(2), event: ["type": "n.v1"]),
        ]
        experiment.invariants = [invariant]
        experiment.rate = 0.3
        return experiment
    }

    static let onlyOnce =
        "[ .events[] | select(.kind == \"taskRequested\" and (.task | endswith(\"charge\"))) ] | length == 1"

    @Test func anInvariantThatHoldsIsNeverReported() async throws {
        let prepared = try Self.careless(".status | IN(\"completed\", \"faulted\")").prepared()
        for seed in 0..<100 as Range<UInt64> {
            let outcome = await prepared.run(seed: seed)
            #expect(outcome.problems == [], "seed \(seed)")
        }
    }

    @Test func aFailureIsFoundShrunkKeptAndPlayedAgain() async throws {
        let prepared = try Self.careless(Self.onlyOnce).prepared()
        var failing: Experiment.Outcome?
        for seed in 0..<100 as Range<UInt64> where failing == nil {
            let outcome = await prepared.run(seed: seed)
            if !outcome.problems.isEmpty, outcome.perturbations.count > 2 { failing = outcome }
        }
        let (smaller, least) = await prepared.shrunk(try #require(failing))
        // One lost answer is enough, and no event has anything to do with it.
        #expect(least.perturbations.map(\.kind) == [.failure])
        #expect(least.perturbations.first?.place == "run:2#1")
        #expect(smaller.experiment.happenings == [])
        let text = Regression(smaller.experiment, least).json.text(.pretty)
        let regression = try #require(Regression(json: JSON(parsing: text)))
        let again = try await regression.experiment.prepared().replay(
            seed: regression.seed, regression.perturbations)
        #expect(again == least)
        #expect(again.problems.first?.hasPrefix(Self.onlyOnce) == true)
    }

    @Test func theSameSeedGivesTheSameRun() async throws {
        let prepared = try Self.careless("true").prepared()
        for seed in 0..<20 as Range<UInt64> {
            let one = await prepared.run(seed: seed)
            #expect(await prepared.run(seed: seed) == one)
        }
    }
}
