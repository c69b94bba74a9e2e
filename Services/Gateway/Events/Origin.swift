import Core
import GatewayDomain

/// Where a message of ours comes from: who asked, and what it belongs to.
struct Origin: Sendable {
    var caller: Caller
    /// The client's correlation id, if it gave one.
    var correlationID: String?
    /// W3C trace context of the request, if it had one.
    var traceparent: String?
    /// The actor in messages.
    var actor: String { caller.name }
}

extension Origin {
    /// What the gateway does by itself for a tenant.
    static func gateway(tenant: String) -> Origin {
        Origin(caller: Caller(tenant: tenant, name: "gateway", roles: []))
    }
}
