import Runner
import Testing

/// Plays a scenario, prints whether it passes, and fails the test if it does not.
enum Verdict {
    /// Scenarios of the kit that need features which are not built yet.
    static let pending: Set<String> = [
        "Fork Task With Competing Concurrent Sub Tasks", "For Task", "Call HTTP Using Basic Authentication",
        "Call OpenAPI With Content Output", "Call OpenAPI With Response Output",
    ]

    static func give(_ scenario: Feature.Scenario, kit: String, restarts: Bool = false) async throws {
        let isPending = scenario.isPending || pending.contains(scenario.name)
        var problem: (any Error)?
        do {
            try await StubInternet.with { calls in
                try await ScenarioRun.play(scenario, functions: calls, restarts: restarts)
            }
        } catch {
            problem = error
        }
        let word = problem == nil ? "passed" : isPending ? "pending" : "FAILED"
        print("\(word) [\(kit)] \(scenario)")
        if isPending {
            withKnownIssue("\(scenario)", isIntermittent: true) { if let problem { throw problem } }
        } else if let problem {
            Issue.record(problem, "\(scenario)")
        }
    }
}
