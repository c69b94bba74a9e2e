/// Which of several versions is asked for.
public struct VersionSelector: Sendable, Hashable {
    private enum Form: Sendable, Hashable {
        case newest(prefix: [Int])
        case exact(SemanticVersion)
    }

    private let form: Form

    /// Reads an exact version, `1` or `1.4` (the newest of that line), or nothing or `latest` (the newest); nil when
    /// it is none of these.
    public init?(_ text: String) {
        if text.isEmpty || text == "latest" {
            form = .newest(prefix: [])
        } else if let version = SemanticVersion(text) {
            form = .exact(version)
        } else {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            let numbers = parts.compactMap(SemanticVersion.number)
            guard numbers.count == parts.count, parts.count < 3 else { return nil }
            form = .newest(prefix: numbers)
        }
    }

    /// The version that is meant among those that exist. The newest is the highest release; a pre-release is taken only
    /// when it is named in full.
    public func choose(among versions: [SemanticVersion]) -> SemanticVersion? {
        switch form {
        case .exact(let version): return versions.contains(version) ? version : nil
        case .newest(let prefix):
            return versions.filter { $0.preRelease.isEmpty && $0.numbers.starts(with: prefix) }.max()
        }
    }
}
