import Testing

/// What the specification's kit leaves out, in its vocabulary.
@Suite(.timeLimit(.minutes(2))) struct OwnFeatureTests {
    @Test(arguments: FeatureLibrary.own)
    func ourScenariosPass(scenario: Feature.Scenario) async throws {
        try await Verdict.give(scenario, kit: "own")
    }

    @Test(arguments: FeatureLibrary.own)
    func theyPassWithARestartAtEveryStep(scenario: Feature.Scenario) async throws {
        try await Verdict.give(scenario, kit: "own, restarted", restarts: true)
    }
}
