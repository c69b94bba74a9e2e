/// A step's wording with `{}` where values stand.
struct StepPattern: Sendable {
    private let parts: [String]

    init(_ wording: String) {
        parts = wording.split(separator: "{}", omittingEmptySubsequences: false).map(String.init)
    }

    /// The values in `text`; nil when it is another step.
    func match(_ text: String) -> [String]? {
        var rest = Substring(text)
        guard rest.hasPrefix(parts[0]) else { return nil }
        rest = rest.dropFirst(parts[0].count)
        var values: [String] = []
        for (position, part) in parts.enumerated().dropFirst() {
            if position == parts.count - 1 {
                guard rest.hasSuffix(part), rest.count > part.count else { return nil }
                values.append(String(rest.dropLast(part.count)))
                return values
            }
            guard let range = rest.firstRange(of: part), range.lowerBound > rest.startIndex else { return nil }
            values.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return rest.isEmpty ? values : nil
    }
}
