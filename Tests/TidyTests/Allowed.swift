/// Exceptions from a rule, each with its reason: lines of `allowed.txt`, "rule path reason…".
struct Allowed: Sendable {
    static let list = Allowed()
    private let entries: [(rule: Substring, path: Substring)]

    private init() {
        let file = Tree.repository.files.first { $0.path == "Tests/TidyTests/allowed.txt" }
        entries = (file?.lines ?? []).compactMap { line in
            let words = line.split(separator: " ", maxSplits: 2)
            guard !line.hasPrefix("#"), words.count == 3 else { return nil }
            return (words[0], words[1])
        }
    }

    func contains(_ rule: String, _ path: String) -> Bool {
        entries.contains { $0.rule == rule && (path == $0.path || $0.path.hasSuffix("/") && path.hasPrefix($0.path)) }
    }

    /// Entries whose file is gone.
    var stale: [String] {
        entries.filter { entry in !Tree.repository.files.contains { $0.path.hasPrefix(entry.path) } }
            .map { "\($0.rule) \($0.path)" }
    }
}
