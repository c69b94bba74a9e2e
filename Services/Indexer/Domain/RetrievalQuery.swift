public import Core

/// What is asked of an index, checked.
public struct RetrievalQuery: Sendable, Hashable {
    /// The most passages that one query may ask for.
    public static let mostPassages = 50

    /// The index to search.
    public var index: String
    /// The question.
    public var text: String
    /// Pairs that a document's metadata must have, sorted by key.
    public var filter: [KeyedText]
    /// How many passages at most.
    public var limit: Int
    /// Passages below this score are left out.
    public var minimumScore: Double

    /// A key with its text.
    public struct KeyedText: Sendable, Hashable {
        /// The metadata's key.
        public var key: String
        /// What it must be.
        public var value: String

        /// A pair.
        public init(key: String, value: String) { (self.key, self.value) = (key, value) }
    }

    /// A query that was checked before, such as one from the store.
    public init(index: String, text: String, filter: [KeyedText], limit: Int, minimumScore: Double) {
        (self.index, self.text, self.filter) = (index, text, filter)
        (self.limit, self.minimumScore) = (limit, minimumScore)
    }

    /// Checks a query as it came in; 0 passages means 8.
    public static func checked(
        index: String, text: String, filter: [String: String], limit: Int, minimumScore: Double
    ) -> Result<RetrievalQuery, RefusedRetrieval> {
        func refuse(_ reason: String) -> Result<RetrievalQuery, RefusedRetrieval> {
            .failure(RefusedRetrieval(rejection: Rejection(.invalid, "RX0002", reason)))
        }
        guard IndexName.isValid(index) else { return refuse("index: \(IndexName.rule)") }
        guard text.contains(where: { !$0.isWhitespace }) else {
            return refuse("query: expected a question, found no text")
        }
        guard text.utf8.count <= 16_384 else {
            return refuse("query: expected at most 16384 bytes, found \(text.utf8.count)")
        }
        guard (0...mostPassages).contains(limit) else {
            return refuse("limit: expected 1 to \(mostPassages) (or 0 for 8), found \(limit)")
        }
        guard (0...1).contains(minimumScore) else {
            return refuse("minimumScore: expected 0 to 1, found \(minimumScore)")
        }
        let pairs = filter.map { KeyedText(key: $0.key, value: $0.value) }.sorted { $0.key < $1.key }
        return .success(
            RetrievalQuery(
                index: index, text: text, filter: pairs, limit: limit == 0 ? 8 : limit, minimumScore: minimumScore))
    }
}

/// A query that is not answered.
public struct RefusedRetrieval: Error, Sendable, Hashable {
    /// Why.
    public var rejection: Rejection
}

/// The form of an index's name.
public enum IndexName {
    /// What is expected, for messages.
    public static let rule = "expected 1 to 63 lower-case letters, digits and hyphens, beginning with a letter"

    /// Whether `name` follows the rule.
    public static func isValid(_ name: String) -> Bool {
        guard (1...63).contains(name.utf8.count), let first = name.utf8.first, (97...122).contains(first) else {
            return false
        }
        return name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
    }
}
