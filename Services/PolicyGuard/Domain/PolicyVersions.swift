public import Core

/// The versions that exist of one policy.
public struct PolicyVersions: Sendable, Hashable {
    /// One version as it was registered.
    public struct Entry: Sendable, Hashable {
        /// The version.
        public var version: SemanticVersion
        /// Hex of the SHA-256 of the canonical document.
        public var digest: String
        /// Whether new evaluations may use it.
        public var enabled: Bool

        /// A version with its digest.
        public init(version: SemanticVersion, digest: String, enabled: Bool = true) {
            (self.version, self.digest, self.enabled) = (version, digest, enabled)
        }
    }

    /// What came of a registration.
    public enum Registration: Sendable, Hashable {
        /// The version is new.
        case added
        /// It was there already, with the same content: nothing changes.
        case repeated
        /// It was refused.
        case rejected(Rejection)
    }

    /// What came of looking a version up.
    public enum Resolution: Sendable, Hashable {
        /// The version that is meant.
        case found(Entry)
        /// There is none.
        case rejected(Rejection)
    }

    /// In no particular order; each version once.
    public private(set) var entries: [Entry]

    /// The versions as they were stored.
    public init(_ entries: [Entry] = []) { self.entries = entries }

    /// Adds a version. A version never changes its content once it is there.
    public mutating func register(_ version: SemanticVersion, digest: String) -> Registration {
        if let present = entries.first(where: { $0.version == version }) {
            if present.digest == digest { return .repeated }
            let reason = "version \(version) exists with another content; expected a new version number"
            return .rejected(Rejection(.conflict, .versionTaken, reason))
        }
        entries.append(Entry(version: version, digest: digest))
        return .added
    }

    /// The enabled version that `text` asks for: see `VersionSelector`.
    public func resolve(_ text: String) -> Resolution {
        guard let selector = VersionSelector(text) else {
            let reason = "the version cannot be read; expected one such as \"1.0.0\", \"1.0\", \"1\" or none"
            return .rejected(Rejection(.invalid, .malformedEvaluation, reason))
        }
        if entries.isEmpty { return .rejected(Rejection(.notFound, .unknownPolicy, "there is no policy of this name")) }
        let enabled = entries.filter(\.enabled)
        guard let version = selector.choose(among: enabled.map(\.version)),
            let entry = enabled.first(where: { $0.version == version })
        else {
            return .rejected(Rejection(.notFound, .unknownPolicy, "the policy has no enabled version of this number"))
        }
        return .found(entry)
    }
}
