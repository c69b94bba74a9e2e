import Foundation
import Testing

/// What the specification's kit leaves out, in its vocabulary.
@Suite(.timeLimit(.minutes(5))) struct OwnFeatureTests {
    @Test(arguments: FeatureLibrary.own)
    func ourScenariosPass(scenario: Feature.Scenario) async throws {
        try await Verdict.give(scenario, kit: "own")
    }

    @Test(arguments: FeatureLibrary.own)
    func theyPassWithARestartAtEveryStep(scenario: Feature.Scenario) async throws {
        try await Verdict.give(scenario, kit: "own, restarted", restarts: true)
    }

    /// Each of the specification's examples is executed, or refused at registration.
    @Test func noExampleIsLeftOut() throws {
        let folder = FeatureLibrary.root.appending(path: "upstream/examples").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
        #expect(names.count == 68)
        let told = FeatureLibrary.own.filter { $0.file.hasPrefix("examples") }
        func scenarios(of name: String) -> [Feature.Scenario] {
            told.filter { $0.steps.contains { $0.text.hasSuffix("'upstream/examples/\(name)'") } }
        }
        #expect(names.filter { scenarios(of: $0).isEmpty } == [])
        let executed = names.filter { scenarios(of: $0).contains { $0.file == "examples.feature" } }
        print("examples: \(executed.count) executed, \(names.count - executed.count) refused at registration")
        #expect(executed.count == 55)
    }
}
