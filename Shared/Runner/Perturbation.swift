public import Core

/// One thing that goes wrong, or otherwise than expected, in a run.
public struct Perturbation: Sendable, Hashable {
    /// What goes wrong.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// An attempt fails with a communication error in place of its answer.
        case failure
        /// An answer takes a day.
        case timeout
        /// An answer takes up to a minute longer.
        case late
        /// An answer or an event comes twice.
        case duplicate
        /// Everything is read back from its stored form.
        case restart
        /// An event comes up to a minute later, after those that were published after it.
        case reorder
    }

    /// What goes wrong.
    public var kind: Kind
    /// Where: an attempt's key, `event:<n>` or `step:<n>`.
    public var place: String
    /// How much later, where the kind has a delay.
    public var delay: Duration

    /// `kind` at `place`.
    public init(_ kind: Kind, at place: String, delay: Duration = .zero) {
        (self.kind, self.place, self.delay) = (kind, place, delay)
    }

    /// The members; see `init(json:)`.
    public var json: JSON {
        var object: JSONObject = ["kind": .string(kind.rawValue), "place": .string(place)]
        if delay != .zero { object["milliseconds"] = .integer(delay.wholeMilliseconds) }
        return .object(object)
    }

    /// Reads what `json` wrote; nil when it is not that.
    public init?(json: JSON) {
        guard let kind = json["kind"]?.string.flatMap(Kind.init(rawValue:)), let place = json["place"]?.string else {
            return nil
        }
        self.init(kind, at: place, delay: .milliseconds(json["milliseconds"]?.int ?? 0))
    }
}
