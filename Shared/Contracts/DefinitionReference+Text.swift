extension CoreV1.DefinitionReference: CustomStringConvertible {
    /// `namespace/name:version`; without a version, `namespace/name`.
    public var description: String { version.isEmpty ? "\(namespace)/\(name)" : "\(namespace)/\(name):\(version)" }

    /// Reads `namespace/name:version` or `namespace/name`; nil when it is neither.
    public init?(_ text: String) {
        let path = text.split(separator: "/", omittingEmptySubsequences: false)
        guard path.count == 2, !path[0].isEmpty else { return nil }
        let named = path[1].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard !named[0].isEmpty, named.count == 1 || !named[1].isEmpty else { return nil }
        self.init(
            namespace: String(path[0]), name: String(named[0]), version: named.count == 2 ? String(named[1]) : "")
    }
}
