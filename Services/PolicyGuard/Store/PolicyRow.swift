import Core
import PolicyGuardDomain

/// A version of a policy as it is registered.
struct PolicyRow: Sendable {
    var key: PolicyKey
    var version: SemanticVersion
    var digest: String
    var document: JSON
    var registeredAt: Instant
    var registeredBy: String
}
