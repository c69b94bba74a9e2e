import Core
import Testing

/// The specification's own conformance kit.
@Suite(.timeLimit(.minutes(5))) struct UpstreamTests {
    @Test func theKitIsComplete() { #expect(FeatureLibrary.upstream.count == 21) }

    /// One line for the reader of the log.
    @Test func theKitPassesAsAWhole() async {
        var failed: [String] = []
        for scenario in FeatureLibrary.upstream where await Verdict.problem(scenario) != nil {
            failed.append(scenario.name)
        }
        let count = FeatureLibrary.upstream.count
        print("CTK: \(count - failed.count) of \(count) scenarios pass" + failed.map { "; not: \($0)" }.joined())
        #expect(failed == [])
    }

    @Test(arguments: FeatureLibrary.upstream)
    func theKitsScenariosPass(scenario: Feature.Scenario) async throws {
        try await Verdict.give(scenario, kit: "CTK")
    }

    @Test(arguments: FeatureLibrary.upstream)
    func theyPassWithARestartAtEveryStep(scenario: Feature.Scenario) async throws {
        try await Verdict.give(scenario, kit: "CTK, restarted", restarts: true)
    }
}
