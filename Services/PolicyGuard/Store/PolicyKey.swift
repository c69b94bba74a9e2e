/// What identifies a policy in all its versions.
struct PolicyKey: Sendable, Hashable {
    var tenant: String
    var name: String
}
