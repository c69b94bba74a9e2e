/// The target of a request line, split before it is percent-decoded, so that `%2F` never makes a new segment.
public struct HTTPTarget: Sendable, Hashable {
    /// One `name=value` of the query.
    public struct QueryItem: Sendable, Hashable {
        /// Decoded.
        public let name: String
        /// Decoded; empty when there is no `=`.
        public let value: String
    }

    /// The path's segments, decoded; none for `/`. A trailing slash leaves an empty last segment.
    public let segments: [String]
    /// The query's items in their order.
    public let query: [QueryItem]

    /// Reads a target in origin form, or in absolute form, of which scheme and authority are dropped. Nil when it is
    /// neither, when it holds a malformed percent escape, one that decodes to no UTF-8 or to a control character, or a
    /// `.` or `..` segment.
    public init?(_ text: some StringProtocol) {
        var rest = Substring(text)
        if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
        for scheme in ["http://", "https://"] where rest.lowercased().hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
            rest = rest.firstIndex(where: { $0 == "/" || $0 == "?" }).map { rest[$0...] } ?? "/"
            if rest.first == "?" { rest = "/" + rest }
        }
        guard rest.first == "/" else { return nil }
        let question = rest.firstIndex(of: "?")
        let path = rest[..<(question ?? rest.endIndex)].dropFirst()
        var segments: [String] = []
        if !path.isEmpty {
            for raw in path.split(separator: "/", omittingEmptySubsequences: false) {
                guard let segment = Self.decoded(raw.utf8, plusIsSpace: false), segment != ".", segment != ".." else {
                    return nil
                }
                segments.append(segment)
            }
        }
        guard let query = Self.items(question.map { rest[$0...].dropFirst() } ?? "") else { return nil }
        (self.segments, self.query) = (segments, query)
    }

    /// The decoded path; for people and logs, since a segment may hold a slash.
    public var path: String { "/" + segments.joined(separator: "/") }

    private static func items(_ text: Substring) -> [QueryItem]? {
        var items: [QueryItem] = []
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(parts[0].utf8, plusIsSpace: true),
                let value = decoded((parts.count > 1 ? parts[1] : "").utf8, plusIsSpace: true)
            else { return nil }
            items.append(QueryItem(name: name, value: value))
        }
        return items
    }

    private static func decoded(_ bytes: Substring.UTF8View, plusIsSpace: Bool) -> String? {
        var out: [UInt8] = []
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            var decoded = byte
            if byte == UInt8(ascii: "%") {
                guard let high = iterator.next().flatMap(hexDigit), let low = iterator.next().flatMap(hexDigit) else {
                    return nil
                }
                decoded = high << 4 | low
            } else if byte == UInt8(ascii: "+"), plusIsSpace {
                decoded = UInt8(ascii: " ")
            }
            // Line ends and tabs may be meant in a query; in a path no control character is.
            guard decoded >= 0x20 || (plusIsSpace && [9, 10, 13].contains(decoded)), decoded != 0x7f else { return nil }
            out.append(decoded)
        }
        return String(validating: out, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
