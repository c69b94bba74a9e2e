import Runner
import Testing

/// Plays a scenario, prints whether it passes, and fails the test if it does not.
enum Verdict {
    static func give(_ scenario: Feature.Scenario, kit: String, restarts: Bool = false) async throws {
        let problem = await problem(scenario, restarts: restarts)
        let word = problem == nil ? "passed" : scenario.isPending ? "pending" : "FAILED"
        print("\(word) [\(kit)] \(scenario)")
        if scenario.isPending {
            withKnownIssue("\(scenario)", isIntermittent: true) { if let problem { throw problem } }
        } else if let problem {
            Issue.record(problem, "\(scenario)")
        }
    }

    /// What keeps it from passing; nil when it passes.
    static func problem(_ scenario: Feature.Scenario, restarts: Bool = false) async -> (any Error)? {
        do {
            try await StubInternet.with { internet in
                try await ScenarioRun.play(scenario, internet, restarts: restarts)
            }
            return nil
        } catch {
            return error
        }
    }
}
