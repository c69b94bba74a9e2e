/// Which hosts may be called.
public struct EgressRules: Sendable, Hashable {
    private struct Pattern: Sendable, Hashable {
        let host: String
        let port: Int?
        let coversSubdomains: Bool
    }

    private let patterns: [Pattern]?

    /// Every host may be called.
    public static let unrestricted = EgressRules(patterns: nil)

    private init(patterns: [Pattern]?) { self.patterns = patterns }

    /// Only the listed hosts: `api.example.com`, `*.example.com` (below it, not itself), either with `:port`. Nil when
    /// one of them is malformed. An empty list allows nothing.
    public init?(allowing hosts: [String]) {
        var patterns: [Pattern] = []
        for text in hosts {
            let coversSubdomains = text.hasPrefix("*.")
            let location = HTTPLocation("http://" + (coversSubdomains ? String(text.dropFirst(2)) : text))
            guard let location, !location.host.contains("*"), !text.contains("/") else { return nil }
            let namesPort = HTTPServerConfiguration.address(text) != nil
            patterns.append(
                Pattern(
                    host: location.host, port: namesPort ? location.port : nil, coversSubdomains: coversSubdomains))
        }
        self.init(patterns: patterns)
    }

    /// Whether `location` may be called.
    public func allows(_ location: HTTPLocation) -> Bool {
        guard let patterns else { return true }
        return patterns.contains { pattern in
            let isHost =
                pattern.coversSubdomains
                ? location.host.hasSuffix("." + pattern.host) : location.host == pattern.host
            return isHost && (pattern.port == nil || pattern.port == location.port)
        }
    }
}
