public import Core

/// A call of the function `retrieve`.
public struct RetrieveCall: Sendable, Hashable {
    /// The index to ask.
    public var index: String
    /// The question in words.
    public var query: String
    /// What a document's metadata must be.
    public var filter: [String: String]
    /// Passages at most; 0 for the index's own limit.
    public var limit: Int
    /// Passages below it are left out.
    public var minimumScore: Double

    /// Reads the arguments. Throws a validation fault.
    public init(_ arguments: JSON) throws(Fault) {
        guard let index = arguments["index"]?.string, !index.isEmpty else { throw Self.bad("index", "a name") }
        guard let query = arguments["query"]?.string, !query.isEmpty else { throw Self.bad("query", "a text") }
        (self.index, self.query, filter) = (index, query, [:])
        for (name, value) in arguments["filter"]?.object ?? JSONObject() where !value.isNull {
            guard value.array == nil, value.object == nil else { throw Self.bad("filter/\(name)", "a plain value") }
            filter[name] = value.string ?? value.text()
        }
        let words = [index, query] + filter.flatMap { [$0.key, $0.value] }
        guard !words.contains(where: \.hasNUL) else { throw Self.bad("index, query, filter", "no NUL") }
        limit = arguments["topK"]?.int ?? 0
        guard (0...200).contains(limit) else { throw Self.bad("topK", "1 to 200") }
        minimumScore = arguments["minScore"]?.double ?? 0
    }

    private static func bad(_ member: String, _ expected: String) -> Fault {
        Fault(.validation, .badArguments, "\(member): expected \(expected)")
    }
}
