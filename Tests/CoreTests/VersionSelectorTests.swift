import Core
import Testing

@Suite struct VersionSelectorTests {
    private let versions = ["1.2.0", "1.10.0", "2.0.0-rc.1", "3.0.0-alpha"].compactMap { SemanticVersion($0) }

    @Test(arguments: [
        ("", "1.10.0"), ("latest", "1.10.0"), ("1", "1.10.0"), ("1.2", "1.2.0"), ("2.0.0-rc.1", "2.0.0-rc.1"),
    ])
    func `the highest release of what is asked for is chosen`(asked: String, chosen: String) {
        #expect(VersionSelector(asked)?.choose(among: versions)?.description == chosen)
    }

    @Test(arguments: ["2", "3.0", "2.0.0", "9"]) func `a pre-release is never chosen for another`(asked: String) {
        #expect(VersionSelector(asked)?.choose(among: versions) == nil)
    }
}
