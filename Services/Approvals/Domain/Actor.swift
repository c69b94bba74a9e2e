/// The person who acts, with the roles that the edge vouches for.
public struct Actor: Sendable, Hashable {
    /// The bare name: `ann` for `user:ann` too, so that one person is one actor however written.
    public let name: String
    /// Bare role names.
    public let roles: [String]

    /// An actor; the prefixes `user:` and `role:` are taken off.
    public init(name: String, roles: [String] = []) {
        self.name = Approver.name(in: name, after: "user:") ?? name
        self.roles = roles.map { Approver.name(in: $0, after: "role:") ?? $0 }
    }
}
