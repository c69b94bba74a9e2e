import Foundation

/// The `.feature` files of this repository.
enum FeatureLibrary {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Conformance")

    /// The specification's own kit.
    static let upstream = scenarios("upstream/features")
    /// What the kit leaves out, in its vocabulary.
    static let own = scenarios("features")

    /// A file of `Tests/Conformance`.
    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private static func scenarios(_ folder: String) -> [Feature.Scenario] {
        let url = root.appending(path: folder)
        let files = ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted()
        return files.filter { $0.hasSuffix(".feature") }.flatMap { file -> [Feature.Scenario] in
            do {
                let text = try String(contentsOf: url.appending(path: file), encoding: .utf8)
                return try FeatureReader.read(text, file: file).scenarios
            } catch {
                // A scenario that fails says more than a file that is silently left out.
                return [Feature.Scenario(file: file, feature: file, name: "\(error)", steps: [])]
            }
        }
    }
}
