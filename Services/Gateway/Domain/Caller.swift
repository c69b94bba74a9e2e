/// Who sends a request, as its API key says.
public struct Caller: Sendable, Hashable {
    /// What a route needs.
    public enum Right: String, Sendable, Hashable, CaseIterable {
        /// To see.
        case read
        /// To change.
        case write
        /// To decide approvals.
        case approve
        /// To change messages that died: an edited message says to a service whatever its author wants.
        case mend
    }

    /// Whose data it works on.
    public let tenant: String
    /// The key's name: who acts.
    public let name: String
    /// The key's roles; `admin`, `operator`, `approver` and `viewer` carry rights, all count for approvals.
    public let roles: [String]

    /// A caller.
    public init(tenant: String, name: String, roles: [String]) {
        (self.tenant, self.name, self.roles) = (tenant, name, roles)
    }

    /// Whether one of the roles carries the right.
    public func may(_ right: Right) -> Bool {
        roles.contains { role in
            switch (role, right) {
            case ("admin", _), ("operator", .read), ("operator", .write), ("approver", .read), ("approver", .approve),
                ("viewer", .read):
                true
            default: false
            }
        }
    }
}
