public import Core

/// An event that is to be published during a run: `[AFTER=]JSON`.
public struct EventArgument: Sendable, Hashable {
    /// How long after the start.
    public var after: Duration
    /// The rest: JSON, or `@` and a file's name.
    public var text: String

    /// Reads `PT5S={"type":"a.v1"}`, `PT5S=@event.json`, or either without a time, which is the start.
    public init(_ argument: String) {
        if argument.hasPrefix("P"), let sign = argument.firstIndex(of: "="),
            let after = Duration(iso8601: String(argument[..<sign]))
        {
            (self.after, text) = (after, String(argument[argument.index(after: sign)...]))
        } else {
            (after, text) = (.zero, argument)
        }
    }

    /// The events of a value: one CloudEvent, or a list of them or of `{ after, event }`; nil when it is neither.
    public static func events(_ value: JSON, after: Duration) -> [(after: Duration, event: JSON)]? {
        if let list = value.array {
            var events: [(after: Duration, event: JSON)] = []
            for element in list {
                guard let more = one(element, after: after) else { return nil }
                events.append(more)
            }
            return events
        }
        return one(value, after: after).map { [$0] }
    }

    private static func one(_ value: JSON, after: Duration) -> (after: Duration, event: JSON)? {
        if value["event"]?.object != nil, value["type"] == nil {
            guard let own = Duration(iso8601: value["after"]?.string ?? "PT0S") else { return nil }
            return (after + own, value["event"] ?? .null)
        }
        return value["type"]?.string == nil ? nil : (after, value)
    }
}
