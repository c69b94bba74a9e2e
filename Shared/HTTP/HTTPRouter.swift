/// Finds the handler of a request by method and path.
public struct HTTPRouter: Sendable {
    /// Answers one request; the path's `{names}` stand in `request.parameters`.
    public typealias Handler = @Sendable (HTTPRequest) async -> HTTPResponse

    /// What is served: for descriptions and tests.
    public struct Route: Sendable, Hashable {
        /// In upper case.
        public let method: String
        /// As it was added, such as `/v1/executions/{id}`.
        public let pattern: String
    }

    private enum Step: Sendable, Hashable {
        case literal(String)
        case parameter(String)
    }

    private struct Entry: Sendable {
        let steps: [Step]
        var handlers: [(method: String, handle: Handler)]
    }

    private var entries: [Entry] = []
    /// All routes in the order in which they were added.
    public private(set) var routes: [Route] = []

    /// A router without routes.
    public init() {}

    /// Serves `method` at `pattern`, whose segments are literal or `{name}` (one whole segment). Literal segments win
    /// over names. The same route twice is a programming error.
    public mutating func add(_ method: String, _ pattern: String, _ handler: @escaping Handler) {
        let route = Route(method: method, pattern: pattern)
        precondition(!routes.contains(route), "\(method) \(pattern) was added twice")
        routes.append(route)
        let steps = Self.steps(of: pattern)
        if let at = entries.firstIndex(where: { $0.steps == steps }) {
            entries[at].handlers.append((method, handler))
        } else {
            entries.append(Entry(steps: steps, handlers: [(method, handler)]))
        }
    }

    /// Answers by the matching handler; 404 and 405 are problem details. HEAD falls back to GET.
    public func dispatch(_ request: HTTPRequest) async -> HTTPResponse {
        guard let entry = match(request.target.segments) else { return ProblemDetails.noRoute(request.path).response }
        let method = request.method
        let found =
            entry.handlers.first { $0.method == method }
            ?? (method == "HEAD" ? entry.handlers.first { $0.method == "GET" } : nil)
        guard let found else {
            let allowed = entry.handlers.map(\.method)
            var response = ProblemDetails.methodNotAllowed(method, allowed: allowed).response
            response.headers["allow"] = allowed.joined(separator: ", ")
            return response
        }
        var request = request
        for (step, segment) in zip(entry.steps, request.target.segments) {
            if case .parameter(let name) = step { request.parameters[name] = segment }
        }
        return await found.handle(request)
    }

    /// The pattern that takes the path, for metrics; nil when none does.
    public func pattern(of target: HTTPTarget) -> String? {
        match(target.segments).map { entry in
            "/"
                + entry.steps.map {
                    switch $0 {
                    case .literal(let text): text
                    case .parameter(let name): "{\(name)}"
                    }
                }.joined(separator: "/")
        }
    }

    private func match(_ segments: [String]) -> Entry? {
        var best: (rank: Int, entry: Entry)?
        for entry in entries where entry.steps.count == segments.count {
            guard let rank = Self.rank(entry.steps, segments), rank > best?.rank ?? -1 else { continue }
            best = (rank, entry)
        }
        return best?.entry
    }

    /// Bit by bit from the left, a literal above a name; nil when it does not match.
    private static func rank(_ steps: [Step], _ segments: [String]) -> Int? {
        var rank = 0
        for (step, segment) in zip(steps, segments) {
            rank <<= 1
            switch step {
            case .literal(let text):
                guard text == segment else { return nil }
                rank |= 1
            case .parameter:
                if segment.isEmpty { return nil }
            }
        }
        return rank
    }

    private static func steps(of pattern: String) -> [Step] {
        precondition(pattern.hasPrefix("/"), "a pattern begins with a slash")
        if pattern == "/" { return [] }
        return pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
            part.hasPrefix("{") && part.hasSuffix("}")
                ? .parameter(String(part.dropFirst().dropLast())) : .literal(String(part))
        }
    }
}
