public import Core

/// One version of a definition, by name.
public struct DefinitionReference: Sendable, Hashable, CustomStringConvertible {
    /// The namespace, a DNS label.
    public var namespace: String
    /// The name, a DNS label.
    public var name: String
    /// The semantic version.
    public var version: String

    /// Version `version` of `namespace`/`name`.
    public init(namespace: String, name: String, version: String) {
        (self.namespace, self.name, self.version) = (namespace, name, version)
    }

    /// `namespace/name:version`
    public var description: String { "\(namespace)/\(name):\(version)" }

    /// Reads what `description` wrote; nil when it is not that.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard let first = parts.first else { return nil }
        let names = first.split(separator: "/").map(String.init)
        guard parts.count == 2, names.count == 2 else { return nil }
        self.init(namespace: names[0], name: names[1], version: parts[1])
    }

    /// The three members.
    public var json: JSON {
        ["namespace": .string(namespace), "name": .string(name), "version": .string(version)]
    }

    /// Reads the three members; nil when one is missing.
    public init?(json: JSON) {
        guard let namespace = json["namespace"]?.string, let name = json["name"]?.string,
            let version = json["version"]?.string
        else { return nil }
        self.init(namespace: namespace, name: name, version: version)
    }
}
