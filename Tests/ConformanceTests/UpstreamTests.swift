import Core
import Testing

/// The specification's own conformance kit.
@Suite(.timeLimit(.minutes(2))) struct UpstreamTests {
    @Test func theKitIsComplete() { #expect(FeatureLibrary.upstream.count == 21) }

    @Test(arguments: FeatureLibrary.upstream)
    func theKitsScenariosPass(scenario: Feature.Scenario) async throws {
        try await Verdict.give(scenario, kit: "CTK")
    }

    @Test(arguments: FeatureLibrary.upstream)
    func theyPassWithARestartAtEveryStep(scenario: Feature.Scenario) async throws {
        try await Verdict.give(scenario, kit: "CTK, restarted", restarts: true)
    }
}
