public import Core

/// How `$context` changed: only what differs is carried.
public enum ContextChange: Sendable, Hashable {
    /// It is this now.
    case replaced(JSON)
    /// Members of the object were set and removed.
    case patched(set: JSONObject, removed: [String])

    /// The smaller way from `old` to `new`; nil when they are equal.
    init?(from old: JSON, to new: JSON) {
        if old == new { return nil }
        guard case .object(let before) = old, case .object(let after) = new else {
            self = .replaced(new)
            return
        }
        var set = JSONObject()
        for (key, value) in after where before[key] != value { set[key] = value }
        let removed = before.keys.filter { after[$0] == nil }
        self = set.count < after.count ? .patched(set: set, removed: removed) : .replaced(new)
    }

    func applied(to old: JSON) -> JSON {
        switch self {
        case .replaced(let new): return new
        case .patched(let set, let removed):
            var object = old.object ?? JSONObject()
            for key in removed { object[key] = nil }
            for (key, value) in set { object[key] = value }
            return .object(object)
        }
    }
}
