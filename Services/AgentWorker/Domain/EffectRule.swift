public import Core

/// What an operator knows of an outside system: what repeating a call of it does, and how to find out whether one was
/// carried out.
public struct EffectRule: Sendable, Hashable {
    /// How to find out.
    public enum Inquiry: Sendable, Hashable {
        /// A GET there gives what the call has brought, or 404 (410) when it was not carried out.
        case lookup(String)
        /// A DELETE there undoes it, or says 404 (410) when there is nothing to undo. Then it is carried out anew.
        case undo(String)

        /// Whether asking undoes it.
        public var undoes: Bool {
            switch self {
            case .lookup: false
            case .undo: true
            }
        }
    }

    /// Only calls of this function; nil for all.
    public var function: String?
    /// Only calls of this host, or of all below it (`*.example.com`); nil for all.
    public var host: String?
    /// Only calls with this method; nil for all.
    public var method: String?
    /// Only paths that begin so; nil for all.
    public var path: String?
    /// What repeating does.
    public var effectClass: EffectClass
    /// The header in which an `http` call tells the other system the task's id; nil for none.
    public var reference: String?
    /// How to find out; nil when only a person can.
    public var inquiry: Inquiry?
    /// How long after the sending a "no" counts: until then the request may still be on its way.
    public var settle: Duration

    /// A rule for all calls, unless told otherwise.
    public init(_ effectClass: EffectClass, inquiry: Inquiry? = nil, settle: Duration = .seconds(60)) {
        (self.effectClass, self.inquiry, self.settle) = (effectClass, inquiry, settle)
    }

    /// Reads one from a file; nil when it is not well formed. Members: `class` (`idempotent`, `compensable` or
    /// `irreversible`), and optionally `function`, `host`, `method`, `path`, `reference`, `lookup` or `undo` (URIs with
    /// `{key}` where the task's id goes), and `settle` (ISO 8601). What is compensable needs one of the two.
    public init?(json: JSON) {
        guard let object = json.object, object.keys.allSatisfy(Self.members.contains),
            let effectClass = object["class"]?.string.flatMap(EffectClass.init(rawValue:)), effectClass != .pure
        else { return nil }
        for name in object.keys where object[name]?.string == nil { return nil }
        let (lookup, undo) = (object["lookup"]?.string, object["undo"]?.string)
        guard lookup == nil || undo == nil else { return nil }
        self.init(effectClass, inquiry: lookup.map(Inquiry.lookup) ?? undo.map(Inquiry.undo))
        if effectClass == .compensable, inquiry == nil { return nil }
        if let text = object["settle"]?.string {
            guard let duration = Duration(iso8601: text) else { return nil }
            settle = duration
        }
        (function, host) = (object["function"]?.string, object["host"]?.string?.lowercased())
        (method, path) = (object["method"]?.string?.uppercased(), object["path"]?.string)
        reference = object["reference"]?.string?.lowercased()
    }

    private static let members = [
        "class", "function", "host", "method", "path", "reference", "lookup", "undo", "settle",
    ]

    /// Whether it speaks of such calls.
    public func covers(_ target: CallTarget) -> Bool {
        if let function, function != target.function { return false }
        if let method, method != target.method { return false }
        if let path, !target.path.hasPrefix(path) { return false }
        guard let host else { return true }
        let bare = String(target.host.prefix { $0 != ":" })
        return host.hasPrefix("*.") ? bare.hasSuffix(host.dropFirst()) : host == target.host || host == bare
    }

    /// The class of a call that the function itself says to be of `own` class. What only reads stays so.
    public func classify(_ own: EffectClass) -> EffectClass { own == .pure ? .pure : effectClass }
}
