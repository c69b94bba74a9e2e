/// Who may decide: one person, everyone with a role, or a bare name that is taken as either.
public enum Approver: Sendable, Hashable, CustomStringConvertible {
    /// `user:ann`
    case user(String)
    /// `role:claims-lead`
    case role(String)
    /// `claims-lead`: a person or a role of that name.
    case either(String)

    /// Reads `user:…`, `role:…` or a bare name; nil when the name is empty.
    public init?(_ text: String) {
        if let name = Self.name(in: text, after: "user:") {
            self = .user(name)
        } else if let name = Self.name(in: text, after: "role:") {
            self = .role(name)
        } else {
            self = .either(text)
        }
        if name.isEmpty { return nil }
    }

    /// As written in a request.
    public var description: String {
        switch self {
        case .user(let name): "user:\(name)"
        case .role(let name): "role:\(name)"
        case .either(let name): name
        }
    }

    /// Whether the actor is meant, by name or by one of the roles.
    public func admits(_ actor: Actor) -> Bool {
        switch self {
        case .user(let name): actor.name == name
        case .role(let name): actor.roles.contains(name)
        case .either(let name): actor.name == name || actor.roles.contains(name)
        }
    }

    private var name: String {
        switch self {
        case .user(let name), .role(let name), .either(let name): name
        }
    }

    static func name(in text: String, after prefix: String) -> String? {
        text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
    }
}
