public import Core

/// Which dead letters are meant: those to which all that is given applies.
public struct LetterFilter: Sendable, Hashable {
    /// The topic, with or without the installation's prefix.
    public var topic: String?
    /// The service in which they died.
    public var service: String?
    /// The code of which they died.
    public var code: String?
    /// They died then or later.
    public var since: Instant?
    /// They died before then.
    public var until: Instant?

    /// The names of the parts, in requests and answers.
    public static let names = ["topic", "service", "code", "since", "until"]

    /// All letters.
    public init() {}

    /// Reads the parts by their names; gives all faults when some are none.
    public static func read(_ part: (String) -> JSON?) -> Result<LetterFilter, RequestFaults> {
        var faults: [RequestFault] = []
        func text(_ name: String, _ expected: String, _ isOne: (String) -> Bool) -> String? {
            guard let value = part(name), !value.isNull else { return nil }
            if let text = value.string, isOne(text) { return text }
            let found = value.string == nil ? value.kind : "another string"
            faults.append(RequestFault(at: JSONPointer([name]), found: found, expected: expected))
            return nil
        }
        var filter = LetterFilter()
        filter.topic = text("topic", "a topic's name", isName)
        filter.service = text("service", "a service's name", isName)
        filter.code = text("code", "a code such as MS0002", isName)
        filter.since = text("since", "an RFC 3339 time") { Instant($0) != nil }.flatMap { Instant($0) }
        filter.until = text("until", "an RFC 3339 time") { Instant($0) != nil }.flatMap { Instant($0) }
        return faults.isEmpty ? .success(filter) : .failure(RequestFaults(faults))
    }

    private static func isName(_ text: String) -> Bool {
        (1...249).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }

    /// The parts that are given.
    public var json: JSON {
        var object = JSONObject()
        object["topic"] = topic.map(JSON.string)
        object["service"] = service.map(JSON.string)
        object["code"] = code.map(JSON.string)
        object["since"] = since.map { .string($0.description) }
        object["until"] = until.map { .string($0.description) }
        return .object(object)
    }
}
